/**
 * Comments and announcements between nodes. Compares the requests of clients with their answers,
 * with the commands that Redis has applied, and with the frames that clients of other nodes are
 * sent.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Calm } from '../support/calm.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { Deadlines } from '../support/deadlines.ts';
import { HeldTokens } from '../support/held-tokens.ts';
import { keyOf, MessageCounts, messageIn } from '../support/messages.ts';
import { Pauses } from '../support/pauses.ts';
import { seconds } from '../support/seconds.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;
type CommandRecord = Extract<RunRecord, { type: 'command' }>;

const CROSSED = 'a comment reached a client of another node';
const ANNOUNCED = 'an announcement reached a client of another node';
const PARTIAL = 'a sender was notified that other nodes may not get its comment';

/** From a request to the frames of clients of other nodes. */
const CROSSES_WITHIN_MS = 1000;
/** A node has found Redis again after this time without a fault; one that starts, earlier. */
const AFTER_FAULT_MS = 5000;
const AFTER_START_MS = 1000;
/** Tolerance for late timers. */
const SLACK_MS = 200;
const ANSWER_WITHIN_MS = simulatedLimits.relayTimeoutMs + SLACK_MS;

export const relayedMessages: Property = {
  id: 'relayed-messages',
  kind: 'always',
  description:
    'A comment or an announcement reaches no connection twice. Its sender has the answer within 1 s, which is partial if Redis has ' +
    'not confirmed it. One that is not partial reaches the clients of all nodes that Redis has served for 5 s, within 1 s.',
  marks: [
    { name: CROSSED, withinSeeds: 200 },
    { name: ANNOUNCED, withinSeeds: 500 },
    { name: PARTIAL, withinSeeds: 200 },
  ],
  checker: (view) => new RelayedMessages(view),
};

/** A comment or an announcement that a node has received. */
interface Request {
  readonly sender: TrackedConnection;
  readonly id: number;
  /** See `keyOf`. */
  readonly key: string;
  readonly atMs: number;
  /** Clients of other nodes that have not been sent it. */
  readonly readers: Set<TrackedConnection>;
}

class RelayedMessages implements Checker {
  readonly observes = ['frame', 'command', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #calm: Calm;
  readonly #pauses: Pauses;
  readonly #held: HeldTokens;
  readonly #connections: Connections;
  readonly #counts = new MessageCounts();
  /** Without an answer. */
  readonly #open = new Deadlines<Request>(ANSWER_WITHIN_MS, nameOf);
  /** Answered without `partial`. */
  readonly #crossing = new Deadlines<Request>(CROSSES_WITHIN_MS, nameOf);
  /** By message: requests whose readers wait for it, oldest first. */
  readonly #waiting = new Map<string, Request[]>();
  /** Times of messages that Redis has applied and no answer has confirmed, by node. */
  readonly #applied = new Map<string, number[]>();
  /** Publications on their way: when they left, by their number. */
  readonly #leftAtMs = new Map<number, number>();
  #hasFaults = false;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#calm = Calm.of(view);
    this.#pauses = Pauses.of(view);
    this.#held = HeldTokens.of(view);
    this.#connections = Connections.of(view).listen({
      unsubscribed: (tracked, symbol) => this.#left(tracked, keyOf({ symbol })),
      closing: (tracked) => this.#left(tracked, ''),
      ended: (tracked) => this.#ended(tracked),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault') this.#hasFaults ||= record.phase === 'begun';
    else if (record.type === 'command') this.#command(record);
    else if (record.type !== 'frame' || record.kind !== 'text') return;
    else if (record.direction === 'up' && record.phase === 'delivered') this.#arrived(record);
    else if (record.direction === 'down' && record.phase === 'sent') this.#sent(record);
  }

  quiescent(): void {
    const { nowMs } = this.#view;
    const unanswered = this.#open.overdue(nowMs);
    if (unanswered !== undefined) this.#checkAnswered(unanswered);
    const crossed = this.#crossing.overdue(nowMs);
    if (crossed !== undefined) this.#checkCrossed(crossed);
  }

  #arrived({ link, text, atMs }: FrameRecord): void {
    const message = messageIn(text);
    if (message === null) return;
    const sender = this.#connections.open.get(link);
    // Over TCP, it may arrive together with the token of its sender.
    const from = this.#held.userOf(link);
    if (from === undefined || sender === undefined) return;
    const key = keyOf({ ...message, from });
    this.#counts.arrived(key, atMs);
    const readers = new Set<TrackedConnection>();
    for (const tracked of this.#connections.open.values()) {
      const { symbol } = message;
      const isMeant = symbol === undefined ? tracked.connection !== null : tracked.subscriptions.has(symbol);
      if (tracked.node !== sender.node && isMeant) readers.add(tracked);
    }
    const request = { sender, id: message.id, key, atMs, readers };
    this.#open.add(request, atMs);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [request]);
    else waiting.push(request);
  }

  #sent({ link, node, text, atMs }: FrameRecord): void {
    if (/^\{"type":"(?:commented|announced|error)"/.test(text)) this.#answered(link, text);
    else if (/^\{"type":"(?:comment|announcement)"/.test(text)) {
      const key = keyOf(JSON.parse(text) as { symbol?: string; from: string; text: string });
      this.#view.check(this.#counts.sent(key, link, atMs), () => ({
        subject: 'sent twice',
        text: `${node} sent ${link} ${text} more often than clients have sent it`,
      }));
      const tracked = this.#connections.open.get(link);
      if (tracked !== undefined) this.#received(tracked, key);
    }
  }

  #received(tracked: TrackedConnection, key: string): void {
    const request = this.#waiting.get(key)?.find(({ readers }) => readers.has(tracked));
    if (request === undefined) return;
    request.readers.delete(tracked);
    this.#view.mark(key.startsWith('announcement') ? ANNOUNCED : CROSSED);
  }

  #answered(link: string, text: string): void {
    const { type, id, partial } = JSON.parse(text) as { type: string; id: number | null; partial?: boolean };
    const name = `${link} ${id ?? ''}`;
    const request = this.#open.get(name);
    if (request === undefined) return;
    this.#open.settle(name);
    if (type === 'error') this.#forget(request);
    else if (partial === true) this.#checkPartial(request);
    else this.#checkConfirmed(request);
  }

  #checkPartial(request: Request): void {
    this.#forget(request);
    this.#view.mark(PARTIAL);
    const { sender, atMs } = request;
    this.#view.check(!this.#isCalm(sender.node, atMs), () => ({
      subject: 'partial without need',
      text: `${sender.node} answered ${nameOf(request)} as partial, although nothing has disturbed Redis`,
    }));
  }

  #checkConfirmed(request: Request): void {
    const { sender, atMs } = request;
    const applied = this.#applied.get(sender.node) ?? [];
    const index = applied.findIndex((leftAtMs) => leftAtMs >= atMs);
    if (index >= 0) applied.splice(index, 1);
    this.#view.check(index >= 0, () => ({
      subject: 'not partial',
      text: `${sender.node} answered ${nameOf(request)} without partial, but Redis has not got it`,
    }));
    this.#crossing.add(request, atMs);
  }

  #checkAnswered(request: Request): void {
    const { sender } = request;
    const { nowMs } = this.#view;
    if (isSlow(sender, nowMs) || this.#pauses.disturbed(sender.node, nowMs, ANSWER_WITHIN_MS)) {
      this.#open.add({ ...request }, nowMs);
      return;
    }
    this.#forget(request);
    this.#view.check(this.#view.ledger.connection(sender.link)?.atNode !== 'open', () => ({
      subject: 'no answer',
      text: `${sender.node} has not answered ${nameOf(request)} of ${sender.client} since ${seconds(request.atMs)}`,
    }));
  }

  #checkCrossed(request: Request): void {
    this.#forget(request);
    const { sender, atMs, readers } = request;
    if (!this.#isCalm(sender.node, atMs)) return;
    const reader = [...readers].find(
      (tracked) => !isSlow(tracked, this.#view.nowMs) && this.#view.ledger.connection(tracked.link)?.atNode === 'open',
    );
    this.#view.check(reader === undefined, () => ({
      subject: 'missed message',
      text: `${sender.node} has passed on ${nameOf(request)} at ${seconds(atMs)}, but ${reader?.node} did not send it to ${reader?.link} within ${CROSSES_WITHIN_MS} ms`,
    }));
  }

  /** Whether Redis has served all nodes for long enough before `sinceMs`, and until now. */
  #isCalm(node: string, sinceMs: number): boolean {
    const { nowMs } = this.#view;
    const before = this.#hasFaults ? AFTER_FAULT_MS : AFTER_START_MS;
    return this.#calm.sinceMs(nowMs) + before < sinceMs && !this.#pauses.disturbed(node, nowMs, AFTER_FAULT_MS);
  }

  #command({ command, key, phase, node, number, atMs }: CommandRecord): void {
    if (command !== 'publish' || key !== 'messages') return;
    if (phase === 'sent') this.#leftAtMs.set(number, atMs);
    else if (phase === 'applied') {
      const applied = this.#applied.get(node) ?? [];
      applied.push(this.#leftAtMs.get(number) ?? atMs);
      this.#applied.set(node, applied);
    }
    if (phase !== 'sent') this.#leftAtMs.delete(number);
  }

  /** It may miss messages from now on: those of a symbol, or of all if `prefix` is empty. */
  #left(tracked: TrackedConnection, prefix: string): void {
    for (const [key, requests] of this.#waiting)
      if (key.startsWith(prefix)) for (const { readers } of requests) readers.delete(tracked);
  }

  #ended(tracked: TrackedConnection): void {
    this.#left(tracked, '');
    // Others still have to get what has been confirmed.
    const isUnanswered = (request: Request): boolean =>
      request.sender === tracked && this.#open.get(nameOf(request)) !== undefined;
    for (const requests of [...this.#waiting.values()])
      for (const request of requests.filter(isUnanswered)) {
        this.#open.settle(nameOf(request));
        this.#forget(request);
      }
  }

  #forget(request: Request): void {
    const rest = (this.#waiting.get(request.key) ?? []).filter(
      ({ sender, id }) => sender !== request.sender || id !== request.id,
    );
    if (rest.length > 0) this.#waiting.set(request.key, rest);
    else this.#waiting.delete(request.key);
  }
}

function nameOf({ sender, id }: Request): string {
  return `${sender.link} ${id}`;
}
