/** No output of a command has the secrets of a run. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../index.ts';
import { Workplace } from './test/command.ts';

const SECRET = 'hunter2-and-more';

let place: Workplace;
let report = '';
let file = '';

beforeAll(async () => {
  place = new Workplace();
  place.edit('scenario.ts', 'socket.send(String(word))', `socket.send(JSON.stringify({ word, token: '${SECRET}' }))`);
  place.edit('scenario.ts', "if (text !== 'plum')", "if (!text.includes('plum'))");
  place.edit('system.ts', 'function answer', "const last: Record<string, string> = { token: '' };\n\nfunction answer");
  place.edit('system.ts', 'if (socket.readyState', 'last.token = text;\n  console.log(text);\n  if (socket.readyState');
  const { stdout } = await place.run('run', '--variant', 'silent', '--seeds', '6', '--seed-start', '0x1', '--bail');
  report = stdout;
  file = `replays/${place.list('replays')[0]}`;
});

afterAll(() => place.remove());

test('the report of a failure and its replay name the secret by a number', () => {
  expect(report).toContain('said {"word":"plum","token":"[redacted 1]"} and was not answered');
  expect(report).not.toContain(SECRET);
  expect(place.read(file)).toContain('[redacted 1]');
  expect(place.read(file)).not.toContain(SECRET);
});

test.each([
  [['--verbose']],
  [['--why']],
  [['--diff']],
  [['--state', '1..99', '--verbose']],
  [['--last-change', 'system.ts/last']],
])('%j prints a run without it, which is still exact', async (flags) => {
  const text = await place.run('replay', file, ...flags);
  expect(text.stdout).toContain('✖ exact');
  const json = await place.run('replay', file, ...flags, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'exact' });
  for (const { stdout, stderr } of [text, json]) {
    expect(stdout).toContain('[redacted');
    expect(stdout + stderr).not.toContain(SECRET);
  }
});

test('a campaign with --json has texts of failures without it', async () => {
  const { stdout } = await place.run('run', '--variant', 'silent', '--seeds', '3', '--seed-start', '0x1', '--json');
  expect(stdout).toContain('[redacted 1]');
  expect(stdout).not.toContain(SECRET);
});

test('programs get the same records', async () => {
  const {
    report: run,
    diff,
    state,
  } = await replay(file, {
    folder: place.folder,
    diff: true,
    state: { from: 1, until: 99 },
  });
  expect(run?.records?.some((record) => record.type === 'frame' && record.text.includes('[redacted 1]'))).toBe(true);
  const before = [...(state?.before ?? [])];
  expect(JSON.stringify([run, diff, before, state?.changes])).not.toContain(SECRET);
});
