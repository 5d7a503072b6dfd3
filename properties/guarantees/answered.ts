/**
 * What a client may expect of each request. The gateway handles a frame in one synchronous step,
 * so it answers in the step in which the frame arrives, whatever faults there are. The expected
 * answer is computed by the scenario's own copy of the protocol, the tokens and the sanitiser,
 * which no variant changes.
 */
import { recordedPrices } from '../../core/adapters/recorded-feed.ts';
import { isAllowed, type Role } from '../../core/auth.ts';
import { errors, type ErrorCode } from '../../core/errors.ts';
import { parseFrame } from '../../core/protocol.ts';
import { createSanitiser } from '../../core/sanitiser.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { identityIn } from '../actors/client.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';

export const answered: Property = {
  id: 'answered',
  kind: 'always',
  description:
    'The gateway answers each request of an open connection in the step in which it arrives: it does what is valid and ' +
    'permitted, and refuses everything else with the right code. A comment reaches every subscriber of its symbol.',
  checker: (view) => new Answered(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

/** A frame that the gateway has to send in this step. */
interface Due {
  readonly tracked: TrackedConnection;
  readonly request: string;
  /** A text with which the frame begins, or a close code. */
  readonly expected: string | number;
}

const symbols = new Set(Object.keys(recordedPrices));
const sanitise = createSanitiser();

class Answered implements Checker {
  readonly observes = ['frame', 'node'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #roles = new Map<string, Role>();
  /** By link: frames received, and error frames sent. */
  readonly #received = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  /** Failed authentications by node. They are limited by address, which all clients may share. */
  readonly #failures = new Map<string, number>();
  #due: Due[] = [];

  constructor(view: CheckerView) {
    this.#view = view;
    this.#connections = Connections.of(view).listen({
      ended: ({ link }) => {
        for (const table of [this.#roles, this.#received, this.#refused]) table.delete(link);
      },
    });
  }

  observe(record: RunRecord): void {
    // A process that ends in this step answers nothing.
    if (record.type === 'node') this.#due = this.#due.filter(({ tracked }) => tracked.node !== record.node);
    else if (record.type !== 'frame') return;
    else if (record.direction === 'down' && record.phase === 'sent') this.#sent(record);
    else if (record.direction === 'up' && record.phase === 'delivered' && record.kind === 'text') this.#arrived(record);
  }

  quiescent(): void {
    const [first] = this.#due;
    if (first === undefined) return;
    this.#due = [];
    const { tracked, request, expected } = first;
    this.#view.check(false, () => ({
      subject: typeof expected === 'number' ? 'request not refused' : `no ${nameOf(expected)}`,
      text: `${tracked.node} received ${request} from ${tracked.link} and did not send ${shown(expected)}`,
    }));
  }

  #arrived({ link, text }: FrameRecord): void {
    const tracked = this.#connections.open.get(link);
    if (tracked === undefined) return;
    const count = add(this.#received, link);
    if (count > simulatedLimits.framesBurst) return;
    const tooBig = Buffer.byteLength(text) > simulatedLimits.payloadMaxBytes;
    if (tooBig) this.#expectEnd(tracked, text, 'too_big');
    else if (tracked.connection === null) this.#expectAuthentication(tracked, text);
    else this.#expectAnswer(tracked, text);
  }

  #expectAuthentication(tracked: TrackedConnection, text: string): void {
    const frame = parseFrame(text);
    if (frame === 'not-json') return this.#expectEnd(tracked, text, 'bad_request');
    const identity = frame !== 'not-a-frame' && frame.type === 'authenticate' ? identityIn(frame.token) : null;
    if (identity !== null) this.#roles.set(tracked.link, identity.role);
    const failures = this.#failures.get(tracked.node) ?? 0;
    if (identity === null) add(this.#failures, tracked.node);
    // Now and then the limit permits another attempt.
    if (failures >= simulatedLimits.failedAuthenticationsBurst) return;
    if (identity === null) return this.#expectEnd(tracked, text, 'unauthenticated');
    this.#expect(tracked, text, '{"type":"authenticated",');
  }

  #expectAnswer(tracked: TrackedConnection, text: string): void {
    const frame = parseFrame(text);
    if (typeof frame === 'string') return this.#expectEnd(tracked, text, 'bad_request');
    const role = this.#roles.get(tracked.link) ?? 'viewer';
    switch (frame.type) {
      case 'authenticate':
        return this.#expectRefusal(tracked, text, 'already_authenticated');
      case 'subscribe':
      case 'unsubscribe':
        if (!symbols.has(frame.symbol)) return this.#expectRefusal(tracked, text, 'unknown_symbol');
        return this.#expect(tracked, text, JSON.stringify({ type: `${frame.type}d`, symbol: frame.symbol }));
      case 'status':
        if (!isAllowed(role, 'status')) return this.#expectRefusal(tracked, text, 'forbidden');
        return this.#expect(tracked, text, '{"type":"status",');
      case 'comment':
        if (!isAllowed(role, 'comment')) return this.#expectRefusal(tracked, text, 'forbidden');
        return this.#expectComment(tracked, text, frame);
    }
  }

  #expectComment(
    tracked: TrackedConnection,
    request: string,
    { symbol, text }: { readonly symbol: string; readonly text: string },
  ): void {
    if (!symbols.has(symbol)) return this.#expectRefusal(tracked, request, 'unknown_symbol');
    if (text.length > simulatedLimits.commentMaxCharacters)
      return this.#expectRefusal(tracked, request, 'comment_too_long');
    const safe = sanitise(text).text;
    if (safe === '') return this.#expectRefusal(tracked, request, 'comment_empty');
    const expected = JSON.stringify({ type: 'comment', symbol, from: tracked.client, text: safe });
    for (const subscriber of this.#connections.open.values()) {
      if (subscriber.node === tracked.node && subscriber.subscriptions.has(symbol))
        this.#expect(subscriber, request, expected);
    }
  }

  #expectRefusal(tracked: TrackedConnection, request: string, code: ErrorCode): void {
    if (add(this.#refused, tracked.link) > simulatedLimits.refusalsMax) return;
    this.#expect(tracked, request, `{"type":"error","code":"${code}"`);
  }

  #expectEnd(tracked: TrackedConnection, request: string, code: ErrorCode): void {
    this.#expect(tracked, request, errors[code].closeCode ?? 0);
  }

  #expect(tracked: TrackedConnection, request: string, expected: Due['expected']): void {
    // With this much buffered, the gateway may end the connection instead.
    const bufferedBytes = this.#view.ledger.connection(tracked.link)?.bufferedBytes ?? 0;
    if (bufferedBytes + simulatedLimits.payloadMaxBytes > simulatedLimits.outboxMaxBytes) return;
    this.#due.push({ tracked, request, expected });
  }

  #sent({ link, kind, text, code }: FrameRecord): void {
    const index = this.#due.findIndex(
      ({ tracked, expected }) =>
        tracked.link === link &&
        (typeof expected === 'number' ? kind === 'close' && code === expected : text.startsWith(expected)),
    );
    if (index < 0) return;
    this.#due.splice(index, 1);
    this.#view.check(true);
  }
}

function add(table: Map<string, number>, name: string): number {
  const count = (table.get(name) ?? 0) + 1;
  table.set(name, count);
  return count;
}

function nameOf(expected: string): string {
  return /"type":"(\w+)"/.exec(expected)?.[1] ?? 'answer';
}

function shown(expected: Due['expected']): string {
  return typeof expected === 'number' ? `a close frame with ${expected}` : `${expected}…`;
}
