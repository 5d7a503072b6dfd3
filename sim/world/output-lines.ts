/**
 * Cuts what a process writes to stdout and stderr into lines, as a log collector does. Frames of
 * stacks are taken out: they contain source positions of the bundle and of Node. So are colours,
 * which some loggers write without a terminal, also around frames.
 */
import { stripVTControlCharacters } from 'node:util';
import type { OutputStream } from '../system/image.ts';

/** A longer line is cut. */
const LINE_LENGTH_MAX = 2000;

/** A longer text without a line break counts as a line. */
const PARTIAL_LENGTH_MAX = 65_536;

const FRAME = /^\s+at /;
/** The frames in a stack that was written as JSON. */
const FRAMES_IN_JSON = /(?:\\n\s+at (?:(?!\\n|").)*)+/g;

export class OutputLines {
  readonly #onLine: (stream: OutputStream, line: string) => void;
  readonly #onFrame: (line: string) => void;
  readonly #partial: Record<OutputStream, string> = { stdout: '', stderr: '' };

  /** `onFrame` receives the lines that are frames of a stack. */
  constructor(onLine: (stream: OutputStream, line: string) => void, onFrame: (line: string) => void) {
    this.#onLine = onLine;
    this.#onFrame = onFrame;
  }

  write(stream: OutputStream, text: string): void {
    const lines = (this.#partial[stream] + text).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) this.#line(stream, line);
    this.#partial[stream] = last.length > PARTIAL_LENGTH_MAX ? '' : last;
    if (last.length > PARTIAL_LENGTH_MAX) this.#line(stream, last);
  }

  /** The process has ended: what it wrote last is a line, too. */
  flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const partial = this.#partial[stream];
      this.#partial[stream] = '';
      if (partial !== '') this.#line(stream, partial);
    }
  }

  #line(stream: OutputStream, text: string): void {
    const plain = text.includes('\x1b') ? stripVTControlCharacters(text) : text;
    const line = plain.endsWith('\r') ? plain.slice(0, -1) : plain;
    if (FRAME.test(line)) this.#onFrame(line);
    else this.#onLine(stream, cut(line.includes('\\n') ? line.replaceAll(FRAMES_IN_JSON, '') : line));
  }
}

function cut(line: string): string {
  return line.length <= LINE_LENGTH_MAX ? line : `${line.slice(0, LINE_LENGTH_MAX)}…`;
}
