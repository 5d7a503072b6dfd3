/**
 * The reasons for which the gateway may end a connection. `silent-leave` and `one-record` say when
 * it has to; this says when it must not.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';
import { seconds } from '../support/seconds.ts';

export const fairEndings: Property = {
  id: 'fair-endings',
  kind: 'always',
  description:
    'The gateway ends a connection as silent only after its time without a frame or pong, as pending only after the deadline, ' +
    'and as too slow only beyond the limits.',
  checker: (view) => new FairEndings(view),
};

/** Times are compared in whole microseconds elsewhere. */
const ROUNDING_MS = 1;
const SILENT_AFTER_MS = simulatedLimits.pingAfterMs + simulatedLimits.pongWithinMs - ROUNDING_MS;
const PENDING_AFTER_MS = simulatedLimits.authenticateWithinMs - ROUNDING_MS;

/** Sent by no gateway: the connection was ended without a closing handshake. */
const TERMINATED = 1006;

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class FairEndings implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  /** Connections at the time of the record. `Connections` has ended them already. */
  readonly #ended = new Map<string, TrackedConnection>();

  constructor(view: CheckerView) {
    this.#view = view;
    Connections.of(view).listen({
      ended: (tracked) => this.#ended.set(tracked.link, tracked),
    });
  }

  observe({ direction, kind, phase, link, code }: FrameRecord): void {
    if (direction === 'up' || kind !== 'close' || phase !== 'sent') return;
    const tracked = this.#ended.get(link);
    if (tracked !== undefined) this.#judge(tracked, code);
  }

  quiescent(): void {
    this.#ended.clear();
  }

  #judge(tracked: TrackedConnection, code: number): void {
    const { link, node, acceptedAtMs, heardAtMs, connection } = tracked;
    const { nowMs } = this.#view;
    const { outboxMaxBytes } = simulatedLimits;
    const judge = (isFair: boolean, reason: string, fact: string): void =>
      this.#view.check(isFair, () => ({
        subject: `ended as ${reason}`,
        text: `${node} ended ${link} as ${reason}, ${fact}`,
      }));
    switch (code) {
      case TERMINATED:
        return judge(nowMs - heardAtMs >= SILENT_AFTER_MS, 'silent', `heard ${ago(nowMs - heardAtMs)}`);
      case closings.authentication_deadline.closeCode:
        return judge(
          connection === null && nowMs - acceptedAtMs >= PENDING_AFTER_MS,
          'pending',
          `${connection === null ? '' : 'authenticated and '}accepted ${ago(nowMs - acceptedAtMs)}`,
        );
      case closings.slow_consumer.closeCode: {
        // A pending connection is refused with the same code if the gateway is full.
        const bufferedBytes = this.#view.ledger.connection(link)?.bufferedBytes ?? 0;
        const isFair = connection === null || bufferedBytes + simulatedLimits.payloadMaxBytes > outboxMaxBytes;
        return judge(isFair, 'too slow', `with ${bufferedBytes} bytes buffered`);
      }
      default:
    }
  }
}

function ago(ms: number): string {
  return `${seconds(ms)} ago`;
}
