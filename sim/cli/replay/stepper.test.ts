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
  recorded = { report, state, sourceOf: NO_SOURCES };
});

afterAll(() => place.remove());

const stepper = (): Stepper => new Stepper(recorded, PLAIN);
const text = (lines: readonly string[] | null): string => (lines ?? []).join('\n');

test('it begins at the step that failed, and moves over steps with records', () => {
  const one = stepper();
  const end = recorded.report.failure?.step ?? 0;
  expect(one.step).toBe(end);
  const steps = [...new Set(recorded.report.records?.map(({ step }) => step))];
  expect(text(one.answer('back'))).toContain(` ${steps.at(-2)} `);
  expect(one.step).toBe(steps.at(-2));
  one.answer('back 2');
  expect(one.step).toBe(steps.at(-4));
  one.answer('');
  expect(one.step).toBe(steps.at(-3));
  one.answer('next 1000');
  expect(one.step).toBe(steps.at(-1));
  one.answer('goto 1');
  expect(one.step).toBe(1);
  one.answer('goto end');
  expect(one.step).toBe(end);
});

test('a value is shown, watched and followed to its last change', () => {
  const one = stepper();
  const all = text(one.answer('state answers'));
  expect(all).toMatch(/^ {3}node-1\/system\.ts\/answers {2}[1-9]\d*$/);
  expect(text(one.answer('last answers'))).toMatch(/node-1\/system\.ts\/answers {2}\d+ → \d+/);
  const changedAt = one.step;
  expect(text(one.answer('state'))).toContain('answers');
  expect(text(one.answer('watch answers'))).toBe(all);
  expect(text(one.answer('goto 1'))).not.toBe('');
  expect(text(one.answer(`goto ${changedAt}`))).toContain(all);
  expect(text(one.answer('watch answers'))).toContain('no longer watched');
  expect(text(one.answer('watch'))).toContain('nothing is watched');
});

test('why prints the causes of the failure, or of a record', () => {
  expect(text(stepper().answer('why'))).toMatch(/#\d+ .*plum/);
  expect(text(stepper().answer('why #2'))).toContain('#2');
});

test.each([
  ['jump', 'unknown command jump'],
  ['goto x', 'goto needs a step'],
  ['goto 999999', 'the run has the steps 1 to'],
  ['why #999999', 'the run has the records #1 to'],
  ['watch nothing.here', 'no value is called nothing.here'],
  ['last', 'needs the name of a value'],
  ['help', 'goto <step>'],
])('%s is answered in place', (line, answer) => {
  const one = stepper();
  const before = one.step;
  expect(text(one.answer(line))).toContain(answer);
  expect(one.step).toBe(before);
});

test('the command reads lines until the input ends', async () => {
  const child = spawn(process.execPath, [launcher, 'replay', file, '--step'], { cwd: place.folder });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end('goto 1\nhelp\n');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(output).toMatch(/\d+ steps; help lists the commands\n[^]*1> [^]*goto <step>[^]*✖ exact/);
  expect(code).toBe(1);
  const { code: refused, stderr } = await place.run('replay', file, '--step', '--json');
  expect({ refused, stderr }).toEqual({ refused: 2, stderr: expect.stringContaining('leave out --json') as string });
});
