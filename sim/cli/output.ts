/**
 * What a command says, and where: data on stdout, progress on stderr. With `--json` stdout carries the document alone, and
 * everything else goes to stderr.
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

export type Lines = (palette: Palette) => readonly string[];

export class Output {
  readonly flags: OutputFlags;
  readonly #streams: OutputStreams;
  readonly #progress: ProgressLine;

  constructor(flags: OutputFlags, streams: OutputStreams) {
    this.flags = flags;
    this.#streams = streams;
    this.#progress = new ProgressLine(streams.stderr, streams.nowMs);
  }

  /** What was found. Shown in any case. */
  result(lines: Lines): void {
    this.#write(this.flags.json ? this.#streams.stderr : this.#streams.stdout, lines);
  }

  /** What rounds it off, for a person: neither when quiet nor beside a document. */
  summary(lines: Lines): void {
    if (!this.flags.quiet && !this.flags.json) this.#write(this.#streams.stdout, lines);
  }

  note(text: string): void {
    if (!this.flags.quiet) this.#write(this.#streams.stderr, () => [text]);
  }

  /** What went wrong. Shown in any case. */
  complain(text: string): void {
    this.#write(this.#streams.stderr, (palette) => [`${palette.red('seedstorm:')} ${text}`]);
  }

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
    const { environment } = this.#streams;
    const text = lines(paletteFor({ isTTY: stream.isTTY, environment, allowed: this.flags.color }));
    if (text.length > 0 && !stream.destroyed) stream.write(`${text.join('\n')}\n`);
  }
}
