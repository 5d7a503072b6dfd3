/**
 * The first seed that finds each clause, so that a search begins with it: searching all of them
 * from 0x1 takes minutes. A hint that no longer fits costs time only.
 * `UPDATE_FIRST_SEEDS=1 SEEDSTORM_LONG_TESTS=1 npx vitest run properties/mutants` writes the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { RunReport } from '../../sim/search/job.ts';
import type { Clause } from './clause.ts';

const FILE = new URL('./first-seeds.json', import.meta.url);

/** Earlier seeds are found as fast without a hint. */
const HINTED_FROM = 4;

export class FirstSeeds {
  readonly #isUpdating = process.env['UPDATE_FIRST_SEEDS'] === '1';
  readonly #hints: Record<string, number> = this.#isUpdating
    ? {}
    : (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, number>);

  of(clause: Clause): number {
    return this.#hints[nameOf(clause)] ?? 1;
  }

  found(clause: Clause, report: RunReport | null): void {
    const number = Number(report?.seed ?? 0);
    if (this.#isUpdating && clause.plan === undefined && number >= HINTED_FROM) this.#hints[nameOf(clause)] = number;
  }

  /** Writes the file if it is to be updated. */
  save(): void {
    if (!this.#isUpdating) return;
    const sorted = Object.entries(this.#hints).sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  }
}

function nameOf({ property, broken }: Clause): string {
  return `${property}: ${broken}`;
}
