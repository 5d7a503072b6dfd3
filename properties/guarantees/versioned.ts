/**
 * The version of the protocol: compares the subprotocol of each opening handshake with the frames
 * that follow.
 */
import { closings } from '../../core/closings.ts';
import { subprotocol } from '../../core/protocol.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';

export const versioned: Property = {
  id: 'versioned',
  kind: 'always',
  description:
    'A client whose handshake has another subprotocol or none is closed with 4406 and is sent no frame. No other client is closed with 4406.',
  checker: (view) => new Versioned(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class Versioned implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  /** Links whose client offered the subprotocol. */
  readonly #offered = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe({ kind, direction, phase, link, text, code }: FrameRecord): void {
    if (kind === 'open') {
      if (direction === 'up' && phase === 'delivered' && text.split(/, ?/).includes(subprotocol))
        this.#offered.add(link);
      return;
    }
    if (direction !== 'down' || phase !== 'sent') return;
    const isOffered = this.#offered.has(link);
    if (kind === 'text') {
      this.#view.check(isOffered, () => ({
        subject: 'frame without subprotocol',
        text: `${link} was sent ${text}, but its handshake has no subprotocol of the gateway`,
      }));
    } else if (kind === 'close') {
      this.#offered.delete(link);
      this.#view.check(!isOffered || code !== closings.unsupported_protocol.closeCode, () => ({
        subject: 'subprotocol refused',
        text: `${link} was closed with ${code}, although its handshake has the subprotocol of the gateway`,
      }));
    }
  }
}
