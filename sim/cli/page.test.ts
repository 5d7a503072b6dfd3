/** `replay --html`, `view` and `replayPage` write the page of a replay. */
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageLines } from '../api/page/page-lines.ts';
import { replayPage } from '../index.ts';
import type { PageData } from '../page/page-data.ts';
import { unpackRecords } from '../page/packed-records.ts';
import type { RunRecord } from '../kernel/record.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;
let file = '';
let page = '';

beforeAll(async () => {
  place = new Workplace();
  file = await place.saveReplay();
  page = file.replace('.json', '.html');
});

afterAll(() => place.remove());

function dataIn(html: string): PageData {
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as PageData;
}

test('--html writes the page beside the replay, with all records, and prints the verdict', async () => {
  const { code, stdout } = await place.run('replay', file, '--html');
  const { records } = JSON.parse((await place.run('replay', file, '--json')).stdout) as { records: RunRecord[] };
  expect(stdout).toMatch(new RegExp(`^page ${page}\n✖ exact: `));
  expect(code).toBe(1);
  const { runs, name, verdict, command, facts } = dataIn(place.read(page));
  expect(runs[0]?.name).toBe('replay');
  expect(unpackRecords(runs[0]!.records)).toEqual(records);
  expect(runs[0]?.roots[0]).toBe(records.length - 1);
  expect({ name, verdict, variant: Object.fromEntries(facts)['variant'] }).toEqual({
    name: 'answered',
    verdict: 'exact',
    variant: 'silent',
  });
  expect(command).toMatch(new RegExp(`replay ${file}$`));
});

test('the run before it was shrunk has more records and fails in the same way', async () => {
  const { runs, notes } = dataIn((await replayPage(file, { folder: place.folder })).html);
  const [replayed, original] = runs;
  expect(original?.name, notes.join(' ')).toBe('original');
  expect(original!.total).toBeGreaterThan(replayed!.total);
  expect(original!.hasFailed).toBe(true);
});

test('a part of the run is selected, and the page says what was cut', async () => {
  const other = 'part.html';
  const { stdout } = await place.run('replay', file, '--html', other, '--until', '4', '--why', '4', '--json');
  expect((JSON.parse(stdout) as { page: string }).page).toBe(path.join(place.folder, other));
  const { runs, notes } = dataIn(place.read(other));
  const { records, numbers, roots, total } = runs[0]!;
  const kept = unpackRecords(records);
  expect(kept.every(({ step }) => step <= 4)).toBe(true);
  expect(numbers?.[roots[0] ?? -1]).toBe(4);
  expect(notes[0]).toBe(`Shrunk: the page has ${kept.length} of ${total} records.`);
});

test('a file that cannot be written is one line', async () => {
  expect(await place.run('replay', file, '--html', 'nowhere/page.html')).toEqual({
    code: 2,
    stdout: '',
    stderr: `seedstorm: cannot write ${path.join(place.folder, 'nowhere/page.html')}: its folder does not exist\n`,
  });
  await expect(replayPage(file, { folder: place.folder, file: '.' })).rejects.toThrow(
    /^cannot write .*: it is a folder$/,
  );
  // Nothing runs before.
  place.write('gone.json', place.read(file).replace(/"scenario": "[^"]*"/, '"scenario": "gone.ts"'));
  expect((await place.run('replay', 'gone.json', '--html', 'nowhere/page.html')).stderr).toContain('its folder');
  await expect(replayPage('gone.json', { folder: place.folder, file: 'nowhere/page.html' })).rejects.toThrow(
    'its folder',
  );
  await expect(replayPage(file, { folder: place.folder, page: true } as object)).rejects.toThrow('replayPage takes');
});

test('view opens the page in the browser that BROWSER names, and has the exit code of replay', async () => {
  place.write('browser.sh', '#!/bin/sh\necho "$1" > opened\n');
  chmodSync(path.join(place.folder, 'browser.sh'), 0o755);
  const { code, stdout, stderr } = await place.runWith(
    { BROWSER: path.join(place.folder, 'browser.sh') },
    'view',
    file,
  );
  const [, written = ''] = /^page (.*)$/m.exec(stdout) ?? [];
  try {
    expect({ code, stderr, opened: place.read('opened') }).toEqual({
      code: 1,
      stderr: '',
      opened: `file://${written}\n`,
    });
    expect(dataIn(readFileSync(written, 'utf8')).name).toBe('answered');
  } finally {
    rmSync(path.dirname(written), { recursive: true, force: true });
  }
});

test.each(['none', 'no-such-browser'])('with the browser %s, view names the file', async (browser) => {
  const { code, stdout, stderr } = await place.runWith({ BROWSER: browser }, 'view', file);
  const [, written = ''] = /^page (.*)$/m.exec(stdout) ?? [];
  expect({ code, stderr }).toEqual({ code: 1, stderr: `seedstorm: cannot open a browser; open ${written}\n` });
  rmSync(path.dirname(written), { recursive: true, force: true });
});

test('a failing test names the command of its page, and with SEEDSTORM_HTML=1 writes it', async () => {
  const found = { file: path.join(place.folder, file), command: 'npx seedstorm replay a1b2c3' };
  rmSync(path.join(place.folder, page), { force: true });
  expect(await pageLines(found, {}, {})).toEqual(['  npx seedstorm view a1b2c3']);
  expect(existsSync(path.join(place.folder, page))).toBe(false);
  const [, line] = await pageLines(found, {}, { SEEDSTORM_HTML: '1' });
  expect(path.resolve(line?.replace('  page ', '') ?? '')).toBe(path.join(place.folder, page));
  expect(dataIn(place.read(page)).name).toBe('answered');
  expect(await pageLines({ ...found, file: null }, {}, { SEEDSTORM_HTML: '1' })).toEqual([]);
  const lost = path.join(place.folder, 'replays/lost.json');
  expect(await pageLines({ ...found, file: lost }, {}, { SEEDSTORM_HTML: '1' })).toEqual([
    '  npx seedstorm view a1b2c3',
    expect.stringMatching(/^ {2}no page: replay not found/),
  ]);
});
