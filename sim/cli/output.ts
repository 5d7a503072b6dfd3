/**
 * The output of a command: data goes to stdout, notes, errors and progress go to stderr. With
 * `--json` stdout carries the document alone and everything else goes to stderr.
 */
import type { Palette } from '../report/colour.ts';
import { paletteFor } from '../report/colour.ts';
import { ProgressLine } from '../report/progress-line.ts';

export interface OutputFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

export interface OutputStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
}

/** Lines of text for a stream with that palette and that width in columns. */
export type Lines = (palette: Palette, columns: number) => readonly string[];

/** The width when the stream has none: of a terminal, and of a file or pipe. */
const TERMINAL_COLUMNS = 80;
const FILE_COLUMNS = 100;

export class Output {
  readonly flags: OutputFlags;
  readonly #streams: OutputStreams;
  readonly #progress: ProgressLine;

  constructor(flags: OutputFlags, streams: OutputStreams) {
    this.flags = flags;
    this.#streams = streams;
    this.#progress = new ProgressLine(streams.stderr, streams.nowMs);
  }

  /** Results. Printed with every flag; with `--json` on stderr. */
  result(lines: Lines): void {
    this.#write(this.#ofResults, lines);
  }

  /** The colours of results. */
  get palette(): Palette {
    return this.#paletteOf(this.#ofResults);
  }

  get #ofResults(): NodeJS.WriteStream {
    return this.flags.json ? this.#streams.stderr : this.#streams.stdout;
  }

  /** A summary for people: printed neither with `--quiet` nor with `--json`. */
  summary(lines: Lines): void {
    if (!this.flags.quiet && !this.flags.json) this.#write(this.#streams.stdout, lines);
  }

  /** One line of information, unless `--quiet`. */
  note(text: string): void {
    if (!this.flags.quiet) this.#write(this.#streams.stderr, () => [text]);
  }

  /** One line about a problem. Printed with every flag. */
  complain(text: string): void {
    this.#write(this.#streams.stderr, (palette) => [`${palette.red('seedstorm:')} ${text}`]);
  }

  /** The document of `--json`. */
  document(document: object): void {
    if (this.flags.json) this.#write(this.#streams.stdout, () => [JSON.stringify(document, null, 2)]);
  }

  progress(text: () => string): void {
    if (!this.flags.quiet) this.#progress.show(text);
  }

  clearProgress(): void {
    this.#progress.clear();
  }

  #write(stream: NodeJS.WriteStream, lines: Lines): void {
    this.#progress.clear();
    // Some terminals report 0 columns.
    const text = lines(this.#paletteOf(stream), stream.columns || (stream.isTTY ? TERMINAL_COLUMNS : FILE_COLUMNS));
    if (text.length > 0 && !stream.destroyed) stream.write(`${text.join('\n')}\n`);
  }

  #paletteOf({ isTTY }: NodeJS.WriteStream): Palette {
    return paletteFor({ isTTY, environment: this.#streams.environment, allowed: this.flags.color });
  }
}
