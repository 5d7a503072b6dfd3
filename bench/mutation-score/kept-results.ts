/**
 * Results on disk, so that a measurement that was stopped goes on. A result is kept by the hash of
 * all code that took part in it, and by what it was judged with. Runs of the same code are the
 * same, so a kept result is exact.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { JudgeOptions, Judgement } from './judge.ts';

export class KeptResults {
  readonly #file: string | null;
  readonly #known = new Map<string, Judgement>();

  /** Keeps nothing for null. A last line that was not written to its end is ignored. */
  constructor(file: string | null) {
    this.#file = file;
    if (file === null || !existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const kept = parsed(line);
      if (kept !== null) this.#known.set(kept.key, kept.judgement);
    }
  }

  get(codeHash: string, options: JudgeOptions): Judgement | null {
    return this.#known.get(keyOf(codeHash, options)) ?? null;
  }

  add(codeHash: string, options: JudgeOptions, judgement: Judgement): void {
    if (this.#file === null) return;
    appendFileSync(this.#file, `${JSON.stringify({ key: keyOf(codeHash, options), judgement })}\n`);
  }
}

function keyOf(codeHash: string, { seeds, stepsMax }: JudgeOptions): string {
  return `${codeHash} ${seeds} ${stepsMax}`;
}

function parsed(line: string): { readonly key: string; readonly judgement: Judgement } | null {
  try {
    return JSON.parse(line) as { key: string; judgement: Judgement };
  } catch {
    return null;
  }
}
