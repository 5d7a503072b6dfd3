/**
 * Errors of the output streams. A reader that closes the pipe (EPIPE) has seen enough, so no
 * message is printed. Any other error, such as a full disk, loses output and must not look like
 * success.
 */
import type { Writable } from 'node:stream';

export class WrittenOutput {
  #errorCode: string | null = null;
  #stop = (): void => undefined;

  /** `onLost` is called once, at the first error other than EPIPE. */
  constructor(streams: { readonly stdout: Writable; readonly stderr: Writable }, onLost: () => void) {
    const { stdout, stderr } = streams;
    for (const stream of [stdout, stderr]) {
      stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
        this.#stop();
        if (code === 'EPIPE' || this.#errorCode !== null) return;
        this.#errorCode = code;
        if (stream === stdout) stderr.write(`seedstorm: can't write the output (${code}): it is incomplete\n`);
        onLost();
      });
    }
  }

  /** True after an error other than EPIPE. */
  get isLost(): boolean {
    return this.#errorCode !== null;
  }

  /** `stop` is called at every error: further output can't be written either. */
  onError(stop: () => void): void {
    this.#stop = stop;
  }
}
