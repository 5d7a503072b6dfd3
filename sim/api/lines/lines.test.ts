import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../../index.ts';
import { Workplace } from '../../cli/test/command.ts';
import type { LinesOfStep } from '../../report/code/step-lines.ts';

/** Forgets one word, and answers all others in a later step. */
const FORGETFUL = `
async function answer(socket: ServerSocket, text: string): Promise<void> {
  const known = await Promise.resolve(text);
  if (known === 'plum') return;

  // A comment between two lines that run.
  const retry = setTimeout(() => {
    socket.close();
  }, 1e6);
  socket.send(known);
  clearTimeout(retry);
}
`;

let place: Workplace;
let file = '';

beforeAll(async () => {
  place = new Workplace();
  place.edit('system.ts', /\nfunction answer[^]*$/g, FORGETFUL);
  place.edit('scenario.ts', /variants: \[[^]*\],\n\}\);/g, '});');
  await place.run('run', '--seeds', '6', '--seed-start', '0x1', '--bail', '--quiet');
  file = `replays/${place.list('replays')[0]}`;
});

afterAll(() => place.remove());

const lineOf = (text: string): number =>
  place
    .read('system.ts')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

const found = new Map<number | true, Promise<LinesOfStep>>();

async function findLines(lines: number | true): Promise<LinesOfStep> {
  const outcome = await replay(file, { folder: place.folder, lines });
  if (outcome.lines === null) throw new Error('no lines');
  return outcome.lines;
}

function linesIn(lines: number | true): Promise<LinesOfStep> {
  const known = found.get(lines) ?? findLines(lines);
  found.set(lines, known);
  return known;
}

const texts = ({ lines }: LinesOfStep): string[] =>
  lines.map((range) => `${range.file}:${range.firstLine}-${range.lastLine} ${range.function}`);

test('without a step, the lines are those that handled what the failure is about', async () => {
  const handled = await linesIn(true);
  expect(texts(handled)).toContain(`system.ts:${lineOf('async function answer')}-${lineOf("'plum'")} answer`);
  expect(handled.skipped).toContainEqual({
    file: 'system.ts',
    firstLine: lineOf('const retry'),
    lastLine: lineOf('clearTimeout(retry)'),
    function: 'answer',
    code: expect.stringContaining('const retry = setTimeout') as string,
  });
});

test('a step without code of the system is followed by the next one that has some', async () => {
  const first = await linesIn(1);
  expect(texts(first)).toContain(`system.ts:${lineOf('node.listen') - 1}-${lineOf('node.listen')} start`);
  const { step } = await linesIn(first.step + 1);
  expect(step).toBeGreaterThan(first.step + 1);
  const { code, stdout } = await place.run('replay', file, '--lines', `${first.step + 1}`);
  expect(stdout).toContain(
    `step ${first.step + 1} runs no code of the system; lines that ran in step ${step}:\n     ${step} `,
  );
  expect(code).toBe(1);
});

test('lines of one step are not those of another', async () => {
  const welcome = await linesIn(2);
  const failed = await linesIn(true);
  const ofBoth = texts(welcome).filter((text) => texts(failed).includes(text));
  expect(texts(welcome)).toContain(
    `system.ts:${lineOf('node.listen')}-${lineOf("socket.on('message'")} callback in start`,
  );
  expect(ofBoth).toEqual([]);
});

test('a step that the run has not is refused in one line', async () => {
  const { code, stderr } = await place.run('replay', file, '--lines', '100000');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^seedstorm: --lines: the run ends at step \d+\n$/)]);
  await expect(replay(file, { folder: place.folder, lines: 0 })).rejects.toThrow('options: lines');
});
