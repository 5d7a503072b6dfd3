/** `replay --why` prints what led to a failure or to a record. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../index.ts';
import type { Cause } from '../report/why/chain-lines.ts';
import type { RunRecord } from '../kernel/record.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;
let file = '';

beforeAll(async () => {
  place = new Workplace();
  file = await place.saveReplay();
});

afterAll(() => place.remove());

const withoutTimes = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => /^ +#\d/.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/^(#\d+) +(\d+) +\S+ +/, '$1 $2 ')
        .replaceAll(/ {2,}/g, ' '),
    );

test('the chain of a record leads back to the operation that began it, the last cause first', async () => {
  const { records } = JSON.parse((await place.run('replay', file, '--json')).stdout) as {
    records: readonly RunRecord[];
  };
  const received = records.findIndex((record) => record.type === 'frame' && record.direction === 'down') + 1;
  const { code, stdout } = await place.run('replay', file, '--why', String(received));
  expect(stdout).toContain(`why record ${received}, the last cause first:`);
  expect(withoutTimes(stdout)).toEqual([
    '#7 6 node-1 → client-1 open ← #5',
    '#5 4 client-1 → node-1 open ← #4',
    '#4 2 client-1 → node-1 sent: open ← #3',
    '#3 2 client-1 connect begins',
  ]);
  expect(stdout).toContain('✖ exact');
  expect(code).toBe(1);
});

test('without a number it is the chain of the failure, which the document and programs have as well', async () => {
  const { stdout } = await place.run('replay', file, '--why');
  const document = JSON.parse((await place.run('replay', file, '--why', '--json')).stdout) as {
    records: readonly RunRecord[];
    why: readonly Cause[];
  };
  const { why } = await replay(file, { folder: place.folder, why: true });
  expect(stdout).toContain('why the run failed, the last cause first:');
  expect(withoutTimes(stdout).map((line) => Number(line.slice(1, line.indexOf(' '))))).toEqual(
    document.why.map(({ record }) => record),
  );
  expect(document.why[0]?.record).toBe(document.records.length);
  expect(why).toEqual(document.why);
  const numbers = new Set(document.why.map(({ record }) => record));
  for (const { record, causes } of document.why) {
    expect(causes.every((cause) => cause < record && numbers.has(cause))).toBe(true);
  }
});

test('the functions that wrote a record are named, with their lines', async () => {
  const { stdout } = await place.run('replay', file, '--why', '--verbose');
  expect(stdout).toMatch(/^ +#\d+ .*client-1 → node-1 +sent: open .*\n +in connect scenario\.ts:\d+\n/m);
  const effects = await place.run('replay', file, '--effects', '4', '--verbose');
  expect(effects.stdout).toMatch(/^ +#\d+ .*node-1 +welcome.*\n +in .*system\.ts:\d+/m);
  const { why } = await replay(file, { folder: place.folder, why: true });
  const sent = why?.find(({ what }) => what.startsWith('sent: open'));
  expect(sent?.code).toEqual([expect.stringMatching(/^connect scenario\.ts:\d+$/)]);
  // The simulator itself delivers.
  expect(why?.[0]).toMatchObject({ what: 'plum', code: [] });
});

test('a record that the run has not is refused in one line', async () => {
  const { records } = JSON.parse((await place.run('replay', file, '--json')).stdout) as { records: readonly unknown[] };
  const expected = `(expected a number from 1 to ${records.length})`;
  expect(await place.run('replay', file, '--why', '900')).toEqual({
    code: 2,
    stdout: '',
    stderr: `seedstorm: --why: the run has no record 900 ${expected}\n`,
  });
  const { code, stderr } = await place.run('replay', file, '--why', 'soon');
  expect([code, stderr]).toEqual([
    2,
    "seedstorm: option '--why [record]' argument 'soon' is invalid. Give a whole number from 1 to 1000000000000.\n",
  ]);
  await expect(replay(file, { folder: place.folder, why: 900 })).rejects.toThrow(`options: why: the run has no record`);
  await expect(replay(file, { folder: place.folder, why: 0 })).rejects.toThrow('options: why');
});

test('a run that holds has no failure to explain', async () => {
  await expect(replay(file, { folder: place.folder, clean: true, why: true })).rejects.toThrow(
    'options: why: the run did not fail, so name one of its records',
  );
});
