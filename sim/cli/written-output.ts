/**
 * What becomes of output that can't be written. A reader who went away has seen what he wanted, and nothing is said; anything else, such as a full
 * disk, loses what somebody waits for.
 */
import type { Writable } from 'node:stream';

export class WrittenOutput {
  #lost: string | null = null;
  #stop = (): void => undefined;

  /** `onLost` is called once. */
  constructor(streams: { readonly stdout: Writable; readonly stderr: Writable }, onLost: () => void) {
    const { stdout, stderr } = streams;
    for (const stream of [stdout, stderr]) {
      stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
        this.#stop();
        if (code === 'EPIPE' || this.#lost !== null) return;
        this.#lost = code;
        if (stream === stdout) stderr.write(`seedstorm: the output could not be written (${code}): it is not whole\n`);
        onLost();
      });
    }
  }

  /** True when it is not whole, although somebody reads. */
  get isLost(): boolean {
    return this.#lost !== null;
  }

  /** Nothing more can be written: `stop` is told each time that this is noticed. */
  whenGone(stop: () => void): void {
    this.#stop = stop;
  }
}
