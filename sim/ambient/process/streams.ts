/**
 * `stdin`, `stdout` and `stderr` of a process that was started without a terminal: output goes to
 * the host as it is written, and the input is empty.
 */
import { Readable, Writable } from 'node:stream';
import type { AmbientHost, OutputStream } from '../../system/image.ts';

type Taken = (error?: Error | null) => void;

export function createOutput(host: AmbientHost, name: OutputStream): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: unknown, encoding: BufferEncoding, taken: Taken) {
      host.output(name, textOf(chunk, encoding));
      taken();
    },
    // Node's output streams can't be destroyed.
    destroy(_error, taken: Taken) {
      taken();
    },
  });
  return Object.assign(stream, {
    fd: name === 'stdout' ? 1 : 2,
    isTTY: false,
    getColorDepth: () => 1,
    hasColors: () => false,
    _type: 'fs',
    _isStdio: true,
  });
}

export function createInput(): Readable {
  const stream = new Readable({
    read() {
      this.push(null);
    },
  });
  return Object.assign(stream, { fd: 0, isTTY: false });
}

function textOf(chunk: unknown, encoding: BufferEncoding): string {
  if (typeof chunk === 'string') return isText(encoding) ? chunk : Buffer.from(chunk, encoding).toString();
  return Buffer.from(chunk as Uint8Array).toString();
}

/** The encodings of text, for which the string is what is written. */
function isText(encoding: string): boolean {
  return /^(?:utf-?8|utf-?16le|ucs-?2|latin1|ascii|binary|buffer)$/i.test(encoding);
}
