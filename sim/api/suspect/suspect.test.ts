import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../../index.ts';
import { Workplace } from '../../cli/test/command.ts';
import { executedIn } from '../covered/coverage.ts';

const SILENT = `
function answer(socket: ServerSocket, text: string): void {
  if (text === 'plum') {
    forget(text);
    return;
  }
  if (socket.readyState === socket.OPEN) socket.send(text);
}

function forget(text: string): void {
  text.at(0);
}
`;

let place: Workplace;
let file = '';

beforeAll(async () => {
  place = new Workplace();
  place.edit('system.ts', /\nfunction answer[^]*$/g, SILENT);
  place.edit('scenario.ts', /variants: \[[^]*\],\n\}\);/g, '});');
  await place.run('run', '--seeds', '6', '--seed-start', '0x1', '--bail', '--quiet');
  file = `replays/${place.list('replays')[0]}`;
});

afterAll(() => place.remove());

test('a branch that only failing runs take comes first', async () => {
  const { suspect } = await replay(file, { folder: place.folder, suspect: true });
  expect(suspect?.passing).toBeGreaterThan(0);
  expect(suspect?.failing).toBeGreaterThan(0);
  const [first] = suspect?.lines ?? [];
  const source = place.read('system.ts').split('\n');
  const line = (text: string): number => source.findIndex((one) => one.includes(text)) + 1;
  const inBranch = [line('forget(text);'), line('text.at(0);')];
  expect(first).toMatchObject({ file: 'system.ts', failing: suspect?.failing, passing: 0, score: 1 });
  expect(inBranch.some((at) => at >= (first?.firstLine ?? 0) && at <= (first?.lastLine ?? 0))).toBe(true);
});

test('the command prints places that an editor opens', async () => {
  const { code, stdout } = await place.run('replay', file, '--suspect');
  expect(stdout).toMatch(/of \d+ failing runs? and \d+ passing runs?:\n {3}system\.ts:\d+/);
  expect(code).toBe(1);
});

test('the innermost range decides', () => {
  const starts = [0, 10, -1, 20, 30];
  const functions = [
    {
      ranges: [
        { startOffset: 0, endOffset: 40, count: 1 },
        { startOffset: 10, endOffset: 30, count: 0 },
      ],
    },
    { ranges: [{ startOffset: 20, endOffset: 25, count: 2 }] },
  ];
  expect(executedIn(starts, functions)).toEqual([1, 4, 5]);
  expect(executedIn(starts, functions.slice(0, 1))).toEqual([1, 5]);
});
