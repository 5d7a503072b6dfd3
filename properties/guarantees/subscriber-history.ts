/**
 * WS-002, as a client sees it. Checks the requests, answers and prices of each connection against
 * the broadcasts that the gateway's probe reports.
 */
import { type HistoryEvent, historyProperty, newestState, type RunRecord } from '../../sim/index.ts';
import { symbolsIn } from '../support/connections.ts';
import { PriceTexts } from '../support/price-texts.ts';
import { type Welcome, welcomeIn } from '../support/welcomes.ts';
import { reportOf } from '../support/testimony.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;
type ProbeRecord = Extract<RunRecord, { type: 'probe' }>;

export const subscriberHistory = historyProperty({
  id: 'subscriber-history',
  risk: 'WS-002',
  description:
    'A client receives prices of subscribed symbols only: in order, none twice, none after the answer to its unsubscribe, ' +
    'and the newest in the end.',
  guarantees: newestState,
  observes: ['frame', 'probe'],
  memory: () => new Memory(),
  read: (record, memory) => {
    if (record.type === 'frame') return frame(record, memory);
    if (record.type !== 'probe') return null;
    const report = reportOf(record);
    return report.name === 'broadcast.started' ? broadcast(report, memory) : null;
  },
});

class Memory {
  readonly prices = new PriceTexts();
  readonly #unwelcomed = new Map<string, Set<string>>();
  readonly #channels = new Map<string, Map<string, string>>();

  /** Notes that a link was answered: its next snapshot or batch of each symbol begins anew. */
  answered(link: string, symbols: readonly string[]): void {
    let unwelcomed = this.#unwelcomed.get(link);
    if (unwelcomed === undefined) this.#unwelcomed.set(link, (unwelcomed = new Set()));
    for (const symbol of symbols) unwelcomed.add(symbol);
  }

  /** Whether a snapshot or batch is the first since the answer. */
  welcomes(link: string, symbol: string): boolean {
    return this.#unwelcomed.get(link)?.delete(symbol) ?? false;
  }

  forget(link: string): void {
    this.#unwelcomed.delete(link);
  }

  /**
   * Each node has separate streams. Returns the same string object each time, because V8 caches its
   * hash.
   */
  channelOf(node: string, symbol: string): string {
    let ofNode = this.#channels.get(node);
    if (ofNode === undefined) this.#channels.set(node, (ofNode = new Map()));
    let channel = ofNode.get(symbol);
    if (channel === undefined) ofNode.set(symbol, (channel = `${symbol} of ${node}`));
    return channel;
  }
}

function frame(
  { link, node, direction, kind, phase, text }: FrameRecord,
  memory: Memory,
): HistoryEvent | readonly HistoryEvent[] | null {
  if (kind === 'close') {
    if (direction !== 'down' || phase !== 'down') return null;
    memory.forget(link);
    return { type: 'closed', subscriber: link, forGood: true };
  }
  if (kind !== 'text') return null;
  if (direction === 'up') return phase === 'sent' ? request(link, node, text, memory) : null;
  if (phase !== 'delivered') return null;
  const price = memory.prices.read(text);
  if (price !== null) {
    const { symbol, position } = price;
    return { type: 'delivered', subscriber: link, channel: memory.channelOf(node, symbol), position };
  }
  const welcome = welcomeIn(text);
  if (welcome !== null) return welcomed(link, node, welcome, memory);
  if (text.startsWith('{"type":"subscribed"')) {
    memory.answered(link, symbolsIn(text));
    return answered('subscribe', link, node, text, memory);
  }
  if (!text.startsWith('{"type":"unsubscribed"')) return null;
  const ended = answered('unsubscribe', link, node, text, memory);
  // The gateway has ended the subscription without a request.
  return text.startsWith('{"type":"unsubscribed","id":null') ? [...begun(link, node, text, memory), ...ended] : ended;
}

/** The first one of a subscription has prices from before. The others follow a gap of the feed. */
function welcomed(
  link: string,
  node: string,
  { symbol, epoch, sequence }: Welcome,
  memory: Memory,
): HistoryEvent | null {
  if (memory.welcomes(link, symbol) || epoch === null || sequence === null) return null;
  const position = memory.prices.positionOf(epoch, sequence);
  return { type: 'delivered', subscriber: link, channel: memory.channelOf(node, symbol), position };
}

function request(link: string, node: string, text: string, memory: Memory): readonly HistoryEvent[] | null {
  const type = text.startsWith('{"type":"subscribe"')
    ? 'subscribe'
    : text.startsWith('{"type":"unsubscribe"')
      ? 'unsubscribe'
      : null;
  return type === null ? null : events(type, 'begin', link, node, text, memory);
}

function begun(link: string, node: string, text: string, memory: Memory): readonly HistoryEvent[] {
  return events('unsubscribe', 'begin', link, node, text, memory);
}

function answered(
  type: 'subscribe' | 'unsubscribe',
  link: string,
  node: string,
  text: string,
  memory: Memory,
): readonly HistoryEvent[] {
  return events(type, 'ok', link, node, text, memory);
}

/** One event for each symbol of a request or an answer. */
function events(
  type: 'subscribe' | 'unsubscribe',
  phase: 'begin' | 'ok',
  subscriber: string,
  node: string,
  text: string,
  memory: Memory,
): readonly HistoryEvent[] {
  return symbolsIn(text).map((symbol) => ({ type, phase, subscriber, channel: memory.channelOf(node, symbol) }));
}

function broadcast({ node, fields }: ProbeRecord, memory: Memory): HistoryEvent {
  const channel = memory.channelOf(node, String(fields['symbol']));
  return {
    type: 'published',
    channel,
    position: memory.prices.positionOf(String(fields['epoch']), Number(fields['sequence'])),
  };
}
