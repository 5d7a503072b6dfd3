/** The lines of the user's files that belong to the lines of an evaluated text. */
import type { SourceOf, SourcePlace } from '../../kernel/placed-text.ts';
import { lineFinder } from './blocks.ts';
import type { CoveredScript } from './coverage.ts';

/** Number of lines of the source that one line of the text has at most, as for a long call. */
const LINES_MAX = 12;

type SourceLine = Pick<SourcePlace, 'file' | 'line'>;

export class SourcePlaces {
  readonly #text: string;
  readonly #sourceOf: SourceOf;
  readonly #starts: readonly number[];
  readonly #lineStarts: readonly number[];
  readonly #lineAt: (offset: number) => number;
  readonly #ofLine = new Map<number, readonly SourceLine[]>();

  constructor({ text, code, starts }: CoveredScript, sourceOf: SourceOf) {
    this.#text = text;
    this.#sourceOf = sourceOf;
    this.#starts = starts();
    let offset = 0;
    this.#lineStarts = code()
      .split('\n')
      .map((line) => (offset += line.length + 1) - line.length - 1);
    this.#lineAt = lineFinder(code());
  }

  ofOffset(offset: number): SourcePlace | null {
    const line = this.#lineAt(offset);
    return this.#at(line, offset - (this.#lineStarts[line - 1] ?? 0) + 1);
  }

  /** Empty for a line of a package, or of the bundle's own. */
  ofLine(line: number): readonly SourceLine[] {
    const known = this.#ofLine.get(line) ?? this.#find(line);
    this.#ofLine.set(line, known);
    return known;
  }

  #find(line: number): readonly SourceLine[] {
    const start = this.#starts[line - 1] ?? -1;
    if (start < 0) return [];
    const first = this.ofOffset(start);
    // The first column of a line may belong to the line before it.
    const last = this.#at(line, 1000) ?? first;
    if (last === null) return [];
    const isOneText = first?.file === last.file && first.line < last.line && last.line - first.line < LINES_MAX;
    if (!isOneText) return [last];
    return Array.from({ length: last.line - first.line + 1 }, (_, index) => ({
      file: last.file,
      line: first.line + index,
    }));
  }

  /** By file. */
  linesWithCode(): ReadonlyMap<string, ReadonlySet<number>> {
    const files = new Map<string, Set<number>>();
    for (const index of this.#starts.keys())
      for (const { file, line } of this.ofLine(index + 1)) files.set(file, (files.get(file) ?? new Set()).add(line));
    return files;
  }

  #at(line: number, column: number): SourcePlace | null {
    return this.#sourceOf({ text: this.#text, line, column });
  }
}
