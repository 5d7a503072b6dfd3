/** The lines of the user's files that run, by file. */
import { type Coverage, type CoveredScript, executedIn } from './coverage.ts';
import type { CoveredCode } from './covered-code.ts';
import { SourcePlaces } from './source-places.ts';

export type SourceLines = ReadonlyMap<string, ReadonlySet<number>>;

export class SourceCoverage {
  readonly #coverage: Coverage;
  readonly #code: CoveredCode;
  /** By the name of the text. All runs evaluate the same texts. */
  readonly #places = new Map<string, SourcePlaces>();

  constructor(coverage: Coverage, code: CoveredCode) {
    this.#coverage = coverage;
    this.#code = code;
  }

  /** What ran since the call before. */
  take(): readonly CoveredScript[] {
    return this.#coverage.takeScripts(this.#code.isOfSystem);
  }

  linesIn(scripts: readonly CoveredScript[]): SourceLines {
    const sources = new Map<string, Set<number>>();
    for (const script of scripts) {
      if (!script.functions.some(({ ranges }) => ranges.some(({ count }) => count > 0))) continue;
      const places = this.#placesIn(script);
      for (const executed of executedIn(script.starts(), script.functions))
        for (const { file, line } of places.ofLine(executed))
          sources.set(file, (sources.get(file) ?? new Set()).add(line));
    }
    return sources;
  }

  /** Of the texts that have run. */
  linesWithCode(): SourceLines {
    const files = new Map<string, Set<number>>();
    for (const places of this.#places.values())
      for (const [file, lines] of places.linesWithCode())
        files.set(file, new Set([...(files.get(file) ?? []), ...lines]));
    return files;
  }

  #placesIn(script: CoveredScript): SourcePlaces {
    const known = this.#places.get(script.text) ?? new SourcePlaces(script, this.#code.sourceOf);
    this.#places.set(script.text, known);
    return known;
  }
}
