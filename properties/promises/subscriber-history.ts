/**
 * WS-002, as a client sees it. Evidence: what each connection asks, is answered and is delivered. Testimony: when a broadcast begins.
 */
import { type HistoryEvent, historyProperty, newestState, type RunRecord } from '../../sim/index.ts';
import { readPrice } from '../wire.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;
type ProbeRecord = Extract<RunRecord, { type: 'probe' }>;

export const subscriberHistory = historyProperty({
  id: 'subscriber-history',
  risk: 'WS-002',
  promise:
    'What a client is sent of a symbol is what it subscribed to: newer prices only, none twice, none after the answer to its ' +
    'unsubscribe, and the newest in the end.',
  guarantees: newestState,
  read: (record) => {
    if (record.type === 'frame') return frame(record);
    return record.type === 'probe' && record.name === 'broadcast.started' ? broadcast(record) : null;
  },
});

function frame({ link, node, direction, kind, phase, text }: FrameRecord): HistoryEvent | null {
  if (kind === 'close')
    return direction === 'down' && phase === 'down' ? { type: 'closed', subscriber: link, forGood: true } : null;
  if (kind !== 'text') return null;
  if (direction === 'up') return phase === 'sent' ? wish(link, node, text) : null;
  if (phase !== 'delivered') return null;
  if (text.startsWith('{"type":"price"')) {
    const { symbol, sequence } = readPrice(text);
    return { type: 'delivered', subscriber: link, channel: channelOf(node, symbol), position: sequence };
  }
  if (text.startsWith('{"type":"subscribed"')) return answered('subscribe', link, node, text);
  return text.startsWith('{"type":"unsubscribed"') ? answered('unsubscribe', link, node, text) : null;
}

function wish(link: string, node: string, text: string): HistoryEvent | null {
  const type = text.startsWith('{"type":"subscribe"')
    ? 'subscribe'
    : text.startsWith('{"type":"unsubscribe"')
      ? 'unsubscribe'
      : null;
  return type === null ? null : { type, phase: 'begin', subscriber: link, channel: channelOf(node, symbolIn(text)) };
}

function answered(type: 'subscribe' | 'unsubscribe', link: string, node: string, text: string): HistoryEvent {
  return { type, phase: 'ok', subscriber: link, channel: channelOf(node, symbolIn(text)) };
}

/** Each node has streams of its own, and each of those counts from one. */
function broadcast({ node, fields }: ProbeRecord): readonly HistoryEvent[] {
  const channel = channelOf(node, String(fields['symbol']));
  const position = Number(fields['sequence']);
  const published: HistoryEvent = { type: 'published', channel, position };
  return position === 1 ? [{ type: 'restarted', channel }, published] : [published];
}

function channelOf(node: string, symbol: string): string {
  return `${symbol} of ${node}`;
}

function symbolIn(text: string): string {
  return (JSON.parse(text) as { symbol: string }).symbol;
}
