import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../../index.ts';
import { NO_SOURCES } from '../../kernel/placed-text.ts';
import { PLAIN } from '../../report/colour.ts';
import { Workplace } from '../test/command.ts';
import { type Recorded, Stepper } from './stepper.ts';

const launcher = fileURLToPath(new URL('../../start.js', import.meta.url));

const COUNTING = `
let answers = 0;
function answer(socket: ServerSocket, text: string): void {
  answers += 1;`;

let place: Workplace;
let file = '';
let recorded: Recorded;

beforeAll(async () => {
  place = new Workplace();
  place.edit('system.ts', '\nfunction answer(socket: ServerSocket, text: string): void {', COUNTING);
  file = await place.saveReplay();
  const { report, state } = await replay(file, { folder: place.folder, state: { from: 1, until: 1_000_000 } });
  if (report === null || state === null) throw new Error('it did not run');
  const linesOf = async (step: number) => {
    const { lines } = await replay(file, { folder: place.folder, lines: step });
    if (lines === null) throw new Error('it did not run');
    return lines;
  };
  recorded = { report, state, sourceOf: NO_SOURCES, linesOf };
});

afterAll(() => place.remove());

const stepper = (): Stepper => new Stepper(recorded, PLAIN);
const text = (lines: readonly string[] | null): string => (lines ?? []).join('\n');

test('it begins at the step that failed, and moves over steps with records', async () => {
  const one = stepper();
  const end = recorded.report.failure?.step ?? 0;
  expect(one.step).toBe(end);
  const steps = [...new Set(recorded.report.records?.map(({ step }) => step))];
  expect(text(await one.answer('back'))).toContain(` ${steps.at(-2)} `);
  expect(one.step).toBe(steps.at(-2));
  await one.answer('back 2');
  expect(one.step).toBe(steps.at(-4));
  await one.answer('');
  expect(one.step).toBe(steps.at(-3));
  await one.answer('next 1000');
  expect(one.step).toBe(steps.at(-1));
  await one.answer('goto 1');
  expect(one.step).toBe(1);
  await one.answer('goto end');
  expect(one.step).toBe(end);
});

test('a value is shown, watched and followed to its last change', async () => {
  const one = stepper();
  const all = text(await one.answer('state answers'));
  expect(all).toMatch(/^ {3}node-1\/system\.ts\/answers {2}[1-9]\d*$/);
  expect(text(await one.answer('last answers'))).toMatch(/node-1\/system\.ts\/answers {2}\d+ → \d+/);
  const changedAt = one.step;
  expect(text(await one.answer('state'))).toContain('answers');
  expect(text(await one.answer('watch answers'))).toBe(all);
  expect(text(await one.answer('goto 1'))).not.toBe('');
  expect(text(await one.answer(`goto ${changedAt}`))).toContain(all);
  expect(text(await one.answer('watch answers'))).toContain('no longer watched');
  expect(text(await one.answer('watch'))).toContain('nothing is watched');
});

test('why prints the causes of the failure, or of a record', async () => {
  expect(text(await stepper().answer('why'))).toMatch(/#\d+ .*plum/);
  expect(text(await stepper().answer('why #2'))).toContain('#2');
});

test('lines prints the lines that the current step runs, also after a move', async () => {
  const one = stepper();
  const end = text(await one.answer('lines'));
  expect(end).toMatch(/lines that ran in step \d+:\n[^]*\n {3}system\.ts:\d+/);
  await one.answer('last answers');
  expect(text(await one.answer('c'))).toMatch(new RegExp(`ran in step ${one.step}:[^]*system\\.ts:\\d+\\S* +answer`));
});

test.each([
  ['jump', 'unknown command jump'],
  ['goto x', 'goto needs a step'],
  ['goto 999999', 'the run has the steps 1 to'],
  ['why #999999', 'the run has the records #1 to'],
  ['watch nothing.here', 'no value is called nothing.here'],
  ['last', 'needs the name of a value'],
  ['help', 'goto <step>'],
])('%s is answered in place', async (line, answer) => {
  const one = stepper();
  const before = one.step;
  expect(text(await one.answer(line))).toContain(answer);
  expect(one.step).toBe(before);
});

test('the command reads lines until the input ends', async () => {
  const child = spawn(process.execPath, [launcher, 'replay', file, '--step'], { cwd: place.folder });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end('goto 1\nlines\nhelp\n');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(output).toMatch(
    /\d+ steps; help lists the commands\n[^]*1> [^]*lines that ran in step [^]*goto <step>[^]*✖ exact/,
  );
  expect(code).toBe(1);
  const { code: refused, stderr } = await place.run('replay', file, '--step', '--json');
  expect({ refused, stderr }).toEqual({ refused: 2, stderr: expect.stringContaining('leave out --json') as string });
});
