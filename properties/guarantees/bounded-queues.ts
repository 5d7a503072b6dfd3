/**
 * What the gateway keeps for a client that reads slowly. Compares the frames that it sends with the
 * broadcasts that its probe reports, and with the buffer of the socket.
 *
 * Judged on whole frames only: over TCP the simulator does not see the buffer of a stream.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';
import { Paces } from '../support/paces.ts';
import { sequenceIn } from '../support/price-texts.ts';
import { reportOf } from '../support/testimony.ts';

const REPLACED = 'a price that waited was replaced by a newer one';
const TOO_SLOW = 'a client was closed because it read too slowly';

export const boundedQueues: Property = {
  id: 'bounded-queues',
  kind: 'always',
  description:
    'The gateway sends only the newest price of a symbol. A price waits only while more than outboxConflateBytes are ' +
    'buffered or for the rate that its client has asked for, and no frame makes that more than outboxMaxBytes.',
  marks: [
    { name: REPLACED, withinSeeds: 200 },
    { name: TOO_SLOW, withinSeeds: 200 },
  ],
  checker: (view) => new BoundedQueues(view),
};

const { outboxConflateBytes, outboxMaxBytes } = simulatedLimits;

/** Frames are buffered with their headers, which the limits do not include. */
const HEADER_BYTES = 4;

/** Longer than any frame of type `price`. */
const PRICE_BYTES_MAX = 200;

/** The prices of one symbol at one node. */
interface Stream {
  position: number;
  /** Number of broadcasts. Sequences have gaps if a feed has. */
  count: number;
  isBroadcasting: boolean;
  /** `count` when the connection was sent its last price. */
  readonly sentAt: Map<TrackedConnection, number>;
}

class BoundedQueues implements Checker {
  readonly observes = ['frame', 'probe'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #paces: Paces;
  /** By node and symbol. */
  readonly #streams = new Map<string, Map<string, Stream>>();
  /**
   * Links that were sent a ping after their last price. A ping leaves the buffer without notice to
   * the gateway, which then has room for a price a little earlier than it knows.
   */
  readonly #pinged = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#paces = Paces.of(view);
    this.#connections = Connections.of(view).listen({
      price: (tracked, symbol, position) => this.#priced(tracked, symbol, position),
      welcomed: (tracked, symbol) => this.#welcomed(tracked, symbol),
      unsubscribed: (tracked, symbol) => void this.#stream(tracked.node, symbol).sentAt.delete(tracked),
      closing: (tracked) => this.#leave(tracked),
      ended: (tracked) => this.#leave(tracked),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'probe') this.#report(record);
    else if (record.type === 'frame' && record.direction === 'down' && record.phase === 'sent') this.#sent(record);
  }

  #report(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { name, node, fields } = reportOf(record);
    if (name !== 'broadcast.started' && name !== 'broadcast.ended') return;
    const stream = this.#stream(node, String(fields['symbol']));
    stream.isBroadcasting = name === 'broadcast.started';
    if (!stream.isBroadcasting) return;
    stream.position = this.#connections.positionOf(String(fields['epoch']), Number(fields['sequence']));
    stream.count += 1;
  }

  #sent({ kind, link, text, code }: Extract<RunRecord, { type: 'frame' }>): void {
    if (kind === 'ping') this.#pinged.add(link);
    else if (kind === 'close' && code === closings.slow_consumer.closeCode) this.#view.mark(TOO_SLOW);
    else if (kind === 'text' && !text.startsWith('{"type":"price"')) {
      const tracked = this.#connections.open.get(link);
      // Characters and bytes differ if not all of the text is ASCII.
      if (tracked !== undefined)
        this.#checkBuffer(tracked, outboxMaxBytes, HEADER_BYTES + Buffer.byteLength(text) - text.length);
    }
  }

  #priced(tracked: TrackedConnection, symbol: string, position: number): void {
    const { link, node, client } = tracked;
    const stream = this.#stream(node, symbol);
    this.#view.check(position === stream.position, () => ({
      subject: 'older price',
      text: `${node} sent price ${sequenceIn(position)} of ${symbol} to ${client} after it had broadcast ${sequenceIn(stream.position)}`,
    }));
    const last = stream.sentAt.get(tracked) ?? stream.count - 1;
    const skipped = stream.count - last - 1;
    stream.sentAt.set(tracked, stream.count);
    if (skipped > 0) this.#waited(tracked, symbol, stream, skipped);
    if (this.#pinged.size > 0) this.#pinged.delete(link);
    this.#checkBuffer(tracked, outboxConflateBytes, PRICE_BYTES_MAX);
  }

  /** It has the newest price now, also if another one waited. */
  #welcomed(tracked: TrackedConnection, symbol: string): void {
    const stream = this.#stream(tracked.node, symbol);
    stream.sentAt.set(tracked, stream.count);
  }

  /** Prices that wait are sent in the step in which there is room, not with the next broadcast. */
  #waited({ link, client, node }: TrackedConnection, symbol: string, stream: Stream, skipped: number): void {
    // It may have waited for its rate only.
    if (this.#paces.of(link, symbol) !== undefined) return;
    if (stream.isBroadcasting && !this.#pinged.has(link))
      this.#view.check(false, () => ({
        subject: 'price kept back',
        text: `${node} sent ${client} the price ${sequenceIn(stream.position)} of ${symbol} at once, but ${skipped} before it waited until then`,
      }));
    this.#view.mark(REPLACED);
  }

  #checkBuffer({ link, node, inFlight }: TrackedConnection, limitBytes: number, frameBytes: number): void {
    // Mostly the client has received everything, and nothing is buffered.
    if (inFlight <= limitBytes) return;
    const bufferedBytes = this.#view.ledger.connection(link)?.bufferedBytes ?? 0;
    this.#view.check(bufferedBytes <= limitBytes + frameBytes, () => ({
      subject: 'unbounded queue',
      text: `${node} has ${bufferedBytes} bytes buffered for ${link} (at most ${limitBytes} and one frame)`,
    }));
  }

  #leave(tracked: TrackedConnection): void {
    for (const symbol of tracked.subscriptions) this.#stream(tracked.node, symbol).sentAt.delete(tracked);
    this.#pinged.delete(tracked.link);
  }

  #stream(node: string, symbol: string): Stream {
    let ofNode = this.#streams.get(node);
    if (ofNode === undefined) this.#streams.set(node, (ofNode = new Map()));
    let stream = ofNode.get(symbol);
    if (stream === undefined)
      ofNode.set(symbol, (stream = { position: 0, count: 0, isBroadcasting: false, sentAt: new Map() }));
    return stream;
  }
}
