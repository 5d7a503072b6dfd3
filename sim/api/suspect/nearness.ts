/** How near lines are to a failure: whether they ran in the steps of its records. */
import type { SourceOf } from '../../kernel/placed-text.ts';
import type { Nearness } from '../../report/code/suspect-lines.ts';
import type { StepsOfWhy } from '../../report/why/why.ts';
import type { CoveredScript } from '../covered/coverage.ts';
import type { SourceCoverage } from '../covered/source-coverage.ts';
import { partsOf } from '../covered/step-parts.ts';

/** Number of steps that led to the failure to look at, the last ones. */
const LED_MAX = 30;

export interface NearLine {
  readonly near: Nearness;
  /** Number of steps of the failing run that ran it, those of the failure's records aside. */
  readonly otherSteps: number;
}

type Marks = Map<string, Nearness>;

export class NearLines {
  readonly #coverage: SourceCoverage;
  readonly #sourceOf: SourceOf;
  readonly #nearnessOf: ReadonlyMap<number, Nearness>;
  readonly #ran: Marks = new Map();
  readonly #skipped: Marks = new Map();
  readonly #otherSteps = new Map<string, number>();

  constructor(coverage: SourceCoverage, sourceOf: SourceOf, { own, led }: StepsOfWhy) {
    this.#coverage = coverage;
    this.#sourceOf = sourceOf;
    this.#nearnessOf = new Map([
      ...led.slice(0, LED_MAX).map((step) => [step, 'led'] as const),
      ...own.map((step) => [step, 'own'] as const),
    ]);
  }

  /** Adds what one step of the failing run has run. */
  add(step: number, scripts: readonly CoveredScript[]): void {
    const near = this.#nearnessOf.get(step) ?? 'far';
    for (const [file, lines] of this.#coverage.linesIn(scripts))
      for (const line of lines) {
        const key = keyOf(file, line);
        mark(this.#ran, key, near);
        if (near !== 'own') this.#otherSteps.set(key, (this.#otherSteps.get(key) ?? 0) + 1);
      }
    if (near === 'far') return;
    for (const { file, firstLine, lastLine } of partsOf(scripts, this.#sourceOf).skipped)
      for (let line = firstLine; line <= lastLine; line += 1) mark(this.#skipped, keyOf(file, line), near);
  }

  ofLine(file: string, line: number): NearLine {
    const key = keyOf(file, line);
    return { near: this.#ran.get(key) ?? 'far', otherSteps: this.#otherSteps.get(key) ?? 0 };
  }

  /** Of a line that functions did not run which ran themselves. */
  ofSkipped(file: string, line: number): Nearness {
    return this.#skipped.get(keyOf(file, line)) ?? 'far';
  }
}

function keyOf(file: string, line: number): string {
  return `${file}:${line}`;
}

function mark(marks: Marks, key: string, near: Nearness): void {
  const before = marks.get(key);
  if (before === 'own' || (before === 'led' && near === 'far')) return;
  marks.set(key, near);
}
