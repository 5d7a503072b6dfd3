/**
 * The first seed that finds each planted bug, so that a search begins with it: searching all of
 * them from 0x1 takes minutes. A hint that no longer fits costs time only.
 * `UPDATE_FIRST_SEEDS=1 SEEDSTORM_LONG_TESTS=1 npx vitest run --no-file-parallelism` with the tests
 * `properties/mutants`, `properties/server.test` and `properties/client.test` writes the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { RunReport } from '../../sim/search/job.ts';

const FILE = new URL('./first-seeds.json', import.meta.url);

/** Earlier seeds are found as fast without a hint. */
const HINTED_FROM = 4;

type Hints = Readonly<Record<string, number>>;

export class FirstSeeds {
  readonly #level: string;
  readonly #isUpdating = process.env['UPDATE_FIRST_SEEDS'] === '1';
  readonly #known: Hints = this.#isUpdating ? {} : read();
  readonly #found = new Map<string, number>();

  /** `level`: what the bugs are planted into. */
  constructor(level: 'gateway' | 'server' | 'client') {
    this.#level = level;
  }

  /** The seed to begin with. */
  of(bug: string): number {
    return this.#known[this.#nameOf(bug)] ?? 1;
  }

  found(bug: string, report: RunReport | null): void {
    const number = Number(report?.seed ?? 0);
    if (number >= HINTED_FROM) this.#found.set(this.#nameOf(bug), number);
  }

  /** Writes the hints of this level if they are to be updated. */
  save(): void {
    if (!this.#isUpdating) return;
    const others = Object.entries(read()).filter(([name]) => !name.startsWith(this.#nameOf('')));
    const sorted = [...others, ...this.#found].sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  }

  #nameOf(bug: string): string {
    return `${this.#level}: ${bug}`;
  }
}

function read(): Hints {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Hints;
}
