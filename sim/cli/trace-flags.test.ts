/** `replay` shows a part of its trace. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workplace } from './test/command.ts';

let place: Workplace;
let file = '';

beforeAll(async () => {
  place = new Workplace();
  file = await place.saveReplay();
});

afterAll(() => place.remove());

interface Shown {
  readonly verdict: string;
  readonly steps: number;
  readonly records: readonly { readonly step: number; readonly type: string; readonly actor?: string }[];
}

const documentOf = async (...flags: readonly string[]): Promise<Shown> =>
  JSON.parse((await place.run('replay', file, '--json', ...flags)).stdout) as Shown;

test('the document of a replay has its records, or those that are selected', async () => {
  const whole = await documentOf();
  const part = await documentOf('--from', '2', '--until', '4', '--only', 'client-1');
  expect(whole.records.length).toBeGreaterThan(part.records.length);
  expect(part.records).toEqual(whole.records.filter(({ step, type }) => step >= 2 && step <= 4 && type !== 'probe'));
  expect(part.records[0]).toMatchObject({ type: 'operation', actor: 'client-1' });
  expect([part.verdict, part.steps]).toEqual([whole.verdict, whole.steps]);
});

test('the trace has the lines of the selected steps and names, and the verdict', async () => {
  const { code, stdout } = await place.run('replay', file, '--until', '4', '--only', 'node-1');
  const lines = stdout.split('\n').filter((line) => /^ +\d+ /.test(line));
  expect(lines.map((line) => line.replace(/^ +(\d+) +\S+ +/, '$1 ').replace(/ {2,}/, ' '))).toEqual([
    '1 node-1 started',
    '1 node-1 ready',
    '4 client-1 → node-1 open',
    '4 node-1 welcome',
  ]);
  expect(stdout).toContain('✖ exact');
  expect(code).toBe(1);
});

test('--grep selects lines by their text, hidden ones with --verbose, and records of the document', async () => {
  const linesOf = async (...flags: readonly string[]): Promise<string[]> =>
    (await place.run('replay', file, ...flags)).stdout.split('\n').filter((line) => /^ +\d+ /.test(line));
  const all = await linesOf('--verbose');
  const found = await linesOf('--verbose', '--grep', 'CLIENT-1 → node-1');
  expect(found.map((line) => line.trim())).toEqual(
    all.filter((line) => line.includes('client-1 → node-1')).map((line) => line.trim()),
  );
  expect((await linesOf('--grep', 'client-1 → node-1')).length).toBeLessThan(found.length);
  const { records } = await documentOf('--grep', 'client-1 → node-1', '--until', '4');
  expect(records.length).toBeGreaterThan(0);
  expect(records.every(({ type, step }) => type === 'frame' && step <= 4)).toBe(true);
  const { stdout } = await place.run('replay', file, '--grep', 'nowhere', '--only', 'node-1');
  expect(stdout).toMatch(/^no line of the trace contains nowhere; --verbose searches hidden records, too\n✖ exact/);
});

test.each([[['--html', 'page.html']], [['--json']]])(
  '%j has records, so they may be selected beside --why',
  async (flags) => {
    const { code, stderr } = await place.run('replay', file, '--why', '--only', 'client-1', ...flags);
    expect(code).toBe(1);
    expect(stderr).not.toContain('leave one out');
  },
);

test.each([
  [['--only', 'client-9'], '--only: the run has no client-9 (expected any of: client-1, node-1)'],
  [['--from', '900'], '--from: the run ends at step 9'],
  [['--from', '5', '--until', '4'], '--from 5 is after --until 4'],
  [['--diff', '--against', 'HEAD'], '--diff and --against both compare the run with another one; leave one out'],
  [['--step', '--json'], '--step talks to a person; leave out --json'],
  [['--why', '--only', 'node-1'], '--only selects records of the trace, which --why replaces; leave one out'],
  [['--state', '2..3', '--from', '2'], '--from selects records of the trace, which --state replaces; leave one out'],
  [['--why', '--grep', 'a'], '--grep selects records of the trace, which --why replaces; leave one out'],
  [['--html', '--grep', 'a'], '--grep does not select records of the page, which has a filter; leave out --html'],
  [['--grep', ''], "option '--grep <text>' argument '' is invalid. Give a text to look for."],
  [['--until', 'x'], "option '--until <step>' argument 'x' is invalid. Give a whole number from 0 to 1000000000000."],
  [
    ['--only', ','],
    "option '--only <names>' argument ',' is invalid. Give names of clients and nodes, such as client-2,node-1.",
  ],
])('%j is refused in one line', async (flags, problem) => {
  expect(await place.run('replay', file, ...flags)).toEqual({ code: 2, stdout: '', stderr: `seedstorm: ${problem}\n` });
});
