/** The commands of `replay --step`: moves through a run that has been recorded, and answers. */
import { printable } from '../../kernel/printable.ts';
import type { StateChange } from '../../kernel/state-change.ts';
import type { SourceOf } from '../../kernel/placed-text.ts';
import { changesOf, lastChangeOf } from '../../api/state/state-query.ts';
import type { StateOfSteps } from '../../api/state/state-run.ts';
import { UsageError } from '../../project/usage-error.ts';
import type { Palette } from '../../report/colour.ts';
import { lineContextOf } from '../../report/line-context.ts';
import { recordLine } from '../../report/record-line.ts';
import { type LinesOfStep, stepLines } from '../../report/code/step-lines.ts';
import { changeLines } from '../../report/state/state-lines.ts';
import { tableLines } from '../../report/table-lines.ts';
import { explainedRun } from '../../report/why/chain-lines.ts';
import { effectLines } from '../../report/why/effects.ts';
import { whyLines } from '../../report/why/why.ts';
import type { RunReport } from '../../search/job.ts';

export interface Recorded {
  readonly report: RunReport;
  /** Of the whole run. */
  readonly state: StateOfSteps;
  readonly sourceOf: SourceOf;
  /** Runs the replay once more. Throws UsageError if the step runs no code of the system. */
  readonly linesOf: (step: number) => Promise<LinesOfStep>;
}

const TEXT_LENGTH = 90;

/** Values of a name to print. */
const VALUES_MAX = 20;

const HELP = [
  'next [n]          the next step with records, or the n-th          n, enter',
  'back [n]          the step before                                  b',
  'goto <step>       a step; `goto end` is the one that failed        g',
  'why [record]      what led to the failure, or to record #n         y',
  'effects [record]  what the failure names led to, or record #n      e',
  'state [name]      what this step changed, or a value and its parts s',
  'lines             which lines of the system this step runs         c',
  'watch <name>      print a value after each move; again to stop     w',
  'last <name>       go to the last step that changed a value         l',
  'help              this list                                        h',
  'quit              or Ctrl-D                                        q',
];

const SHORT: Readonly<Record<string, string>> = {
  n: 'next',
  '': 'next',
  b: 'back',
  g: 'goto',
  y: 'why',
  e: 'effects',
  s: 'state',
  c: 'lines',
  w: 'watch',
  l: 'last',
  h: 'help',
  q: 'quit',
};

export class Stepper {
  readonly #recorded: Recorded;
  readonly #palette: Palette;
  /** The steps that have records, in order. */
  readonly #steps: readonly number[];
  readonly #watched = new Set<string>();
  #step: number;

  constructor(recorded: Recorded, palette: Palette) {
    this.#recorded = recorded;
    this.#palette = palette;
    const { records = [] } = recorded.report;
    this.#steps = [...new Set(records.map(({ step }) => step))];
    this.#step = this.#end;
  }

  get step(): number {
    return this.#step;
  }

  /** The step at which the run failed or ended. */
  get #end(): number {
    const { failure, steps } = this.#recorded.report;
    return failure?.step ?? steps;
  }

  /** The lines that answer a command; null to quit. Errors are answers, too. */
  async answer(line: string): Promise<readonly string[] | null> {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    const command = SHORT[word] ?? word;
    if (command === 'quit') return null;
    try {
      return await this.#run(command, rest.join(' '));
    } catch (error) {
      if (error instanceof UsageError) return [error.message];
      throw error;
    }
  }

  /** The records of the current step, and the values that are watched. */
  here(): readonly string[] {
    const { records = [], places, texts } = this.#recorded.report;
    const own = records.filter(({ step }) => step === this.#step);
    const context = lineContextOf(records, places, this.#recorded.sourceOf, texts);
    const lines = tableLines(
      own.map((record) => recordLine(record, TEXT_LENGTH, context)),
      this.#palette,
    );
    const watched = [...this.#watched].flatMap((name) => this.#values(name));
    return [...(lines.length === 0 ? [`   step ${this.#step} has no records`] : lines), ...watched];
  }

  #run(command: string, argument: string): readonly string[] | Promise<readonly string[]> {
    switch (command) {
      case 'next':
        return this.#move(countIn(argument));
      case 'back':
        return this.#move(-countIn(argument));
      case 'goto':
        return this.#goto(argument === 'end' ? this.#end : numberIn(argument, 'goto needs a step, or `end`'));
      case 'why':
        return this.#chain(argument, 'why', whyLines);
      case 'effects':
        return this.#chain(argument, 'effects', effectLines);
      case 'state':
        return argument === '' ? this.#changes() : this.#values(argument);
      case 'lines':
        return this.#lines();
      case 'watch':
        return this.#watch(argument);
      case 'last':
        return this.#last(argument);
      case 'help':
        return HELP;
      default:
        throw new UsageError(`unknown command ${printable(command)}; help lists all`);
    }
  }

  #move(by: number): readonly string[] {
    const at = this.#steps.findLastIndex((step) => step <= this.#step);
    // Between two steps with records, the one before counts as the current one.
    const target = this.#steps[Math.min(Math.max(0, at + by), this.#steps.length - 1)];
    return this.#goto(target ?? this.#step);
  }

  #goto(step: number): readonly string[] {
    const { steps } = this.#recorded.report;
    if (step < 1 || step > steps) throw new UsageError(`the run has the steps 1 to ${steps}`);
    this.#step = step;
    return this.here();
  }

  #chain(argument: string, command: string, linesOf: typeof whyLines): readonly string[] {
    const { report, sourceOf } = this.#recorded;
    const { records = [], failure } = report;
    const number = `${command} takes the number of a record`;
    const from = argument === '' ? failure : numberIn(argument.replace(/^#/, ''), number);
    if (from === null) throw new UsageError('the run did not fail; name one of its records');
    if (typeof from === 'number' && from > records.length)
      throw new UsageError(`the run has the records #1 to #${records.length}`);
    return linesOf(explainedRun(report), from, { verbose: false, sourceOf }, this.#palette);
  }

  #changes(): readonly string[] {
    const changes = this.#recorded.state.changes.filter(({ step }) => step === this.#step);
    if (changes.length === 0) return ['   this step changed no value'];
    return changeLines(changes, false, this.#palette);
  }

  async #lines(): Promise<readonly string[]> {
    const lines = await this.#recorded.linesOf(this.#step);
    return stepLines(lines, this.#step, this.#recorded.report, this.#palette);
  }

  #watch(name: string): readonly string[] {
    if (name === '')
      return this.#watched.size === 0 ? ['   nothing is watched'] : [...this.#watched].map((one) => `   ${one}`);
    if (this.#watched.delete(name)) return [`   ${printable(name)} is no longer watched`];
    // Throws for a name that no value has.
    lastChangeOf(this.#recorded.state.changes, name, 'watch');
    this.#watched.add(name);
    return this.#values(name);
  }

  #last(name: string): readonly string[] {
    if (name === '') throw new UsageError('last needs the name of a value');
    const last = lastChangeOf(this.#changesSoFar(), name, 'last');
    return [...this.#goto(last.step), ...changeLines(last.changes, false, this.#palette)];
  }

  #changesSoFar(): readonly StateChange[] {
    return this.#recorded.state.changes.filter(({ step }) => step <= this.#step);
  }

  /** A value after the current step, and its parts. */
  #values(name: string): string[] {
    const values = new Map<string, string | null>();
    for (const { path, after } of changesOf(this.#changesSoFar(), name)) values.set(path, after);
    const lines = [...values]
      .filter(([, value]) => value !== null)
      .map(([path, value]) => `   ${printable(path)}  ${printable(value ?? '')}`);
    if (lines.length === 0) return [`   ${printable(name)} has no value in step ${this.#step}`];
    const left = lines.length - VALUES_MAX;
    return left > 0 ? [...lines.slice(0, VALUES_MAX), `   … ${left} more`] : lines;
  }
}

function countIn(argument: string): number {
  return argument === '' ? 1 : numberIn(argument, 'expected a number of steps');
}

function numberIn(text: string, problem: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new UsageError(problem);
  return Number(text);
}
