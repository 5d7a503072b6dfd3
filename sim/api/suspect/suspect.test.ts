import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay, type ReplayOutcome } from '../../index.ts';
import { Workplace } from '../../cli/test/command.ts';
import { executedIn } from '../covered/coverage.ts';
import { suspectLines } from '../../report/code/suspect-lines.ts';
import type { SourceLines } from '../covered/source-coverage.ts';
import { rankingOf } from './ranking.ts';

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
let suspect: ReplayOutcome['suspect'];

beforeAll(async () => {
  place = new Workplace();
  place.edit('system.ts', /\nfunction answer[^]*$/g, SILENT);
  place.edit('scenario.ts', /variants: \[[^]*\],\n\}\);/g, '});');
  await place.run('run', '--seeds', '6', '--seed-start', '0x1', '--bail', '--quiet');
  file = `replays/${place.list('replays')[0]}`;
  suspect = (await replay(file, { folder: place.folder, suspect: true })).suspect;
});

afterAll(() => place.remove());

test('a branch that only failing runs take comes first', () => {
  expect(suspect?.passing).toBeGreaterThan(0);
  expect(suspect?.failing).toBeGreaterThan(0);
  const [first] = suspect?.lines ?? [];
  const source = place.read('system.ts').split('\n');
  const line = (text: string): number => source.findIndex((one) => one.includes(text)) + 1;
  const inBranch = [line('forget(text);'), line('text.at(0);')];
  expect(first).toMatchObject({ file: 'system.ts', failing: suspect?.failing, passing: 0, score: 1 });
  expect(inBranch.some((at) => at >= (first?.firstLine ?? 0) && at <= (first?.lastLine ?? 0))).toBe(true);
});

test('lines that only passing runs take are listed, those that the failure skipped first', () => {
  const source = place.read('system.ts').split('\n');
  const line = source.findIndex((one) => one.includes('socket.send(text)')) + 1;
  expect(suspect?.less[0]).toMatchObject({ file: 'system.ts', firstLine: line, near: 'own' });
  expect(suspect?.less[0]?.passing).toBeGreaterThan(0);
});

const linesOf = (...lines: number[]): SourceLines => new Map([['a.ts', new Set(lines)]]);

test('ties are ordered by nearness, then by the number of other steps, then by place', () => {
  const nearness = new Map([
    [5, { near: 'led', otherSteps: 1 }],
    [7, { near: 'own', otherSteps: 9 }],
    [9, { near: 'far', otherSteps: 2 }],
  ] as const);
  const near = {
    ofLine: (_file: string, line: number) => nearness.get(line as 5) ?? ({ near: 'far', otherSteps: 3 } as const),
    ofSkipped: () => 'far' as const,
  };
  const runs = { failing: [linesOf(1, 3, 5, 7, 9, 11)], passing: [linesOf(11, 13)] };
  const all = linesOf(...Array.from({ length: 13 }, (_, index) => index + 1));
  const ranking = rankingOf(runs, all, near);
  expect(ranking.lines.map(({ firstLine }) => firstLine)).toEqual([7, 5, 9, 1, 3]);
  expect(ranking.less.map(({ firstLine }) => firstLine)).toEqual([13]);
  expect(ranking.ties).toBe(5);
  const suspects = { failing: 1, passing: 1, ...ranking };
  expect(suspectLines(suspects, false).join('\n')).not.toContain('say little');
  expect(suspectLines({ ...suspects, ties: 6 }, false)[1]).toBe(
    '   the numbers say little: 1 passing run: 6 places tie; those near the failure come first',
  );
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
