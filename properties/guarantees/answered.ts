/**
 * What a client may expect of each request. The gateway handles a frame in one synchronous step,
 * so it answers in the step in which the frame arrives, whatever faults there are. The expected
 * answer is computed by the scenario's own copy of the protocol, the tokens and the check of
 * comments, which no variant changes.
 */
import { recordedPrices } from '../../core/adapters/recorded-feed.ts';
import { isAllowed } from '../../core/auth.ts';
import { type ClosingCode, closings } from '../../core/closings.ts';
import { type ErrorCode, errors } from '../../core/errors.ts';
import { type ClientFrame, parseFrame } from '../../core/protocol.ts';
import { contentProblem } from '../../core/sanitiser.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';
import { tokenOffered, type ValidToken, validTokenIn } from '../support/tokens.ts';
import { HeldTokens } from '../support/held-tokens.ts';
import { Warnings } from '../support/warnings.ts';

export const answered: Property = {
  id: 'answered',
  kind: 'always',
  description:
    'The gateway answers each request of an open connection in the step in which it arrives: it does what is valid and ' +
    'permitted, and refuses everything else with the right code. A comment reaches every subscriber of its symbol ' +
    'at the node, and an announcement every client.',
  checker: (view) => new Answered(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;
type FrameWith<Type> = Extract<ClientFrame, { readonly type: Type }>;

/** A frame that the gateway has to send in this step. */
interface Due {
  readonly tracked: TrackedConnection;
  readonly request: string;
  /** A text with which the frame begins, or a close code. */
  readonly expected: string | number;
}

const symbols = new Set(Object.keys(recordedPrices));

class Answered implements Checker {
  readonly observes = ['frame', 'node'] as const;
  readonly #view: CheckerView;
  readonly #held: HeldTokens;
  readonly #connections: Connections;
  readonly #warnings = new Warnings();
  readonly #tokens = new Map<string, ValidToken>();
  /** Frames received, by link. */
  readonly #received = new Map<string, number>();
  /** Links whose client has gone. The gateway may learn it when it sends, which ends them. */
  readonly #gone = new Set<string>();
  /** Failed authentications by node. They are limited by address, which all clients may share. */
  readonly #failures = new Map<string, number>();
  #due: Due[] = [];

  constructor(view: CheckerView) {
    this.#view = view;
    this.#held = HeldTokens.of(view);
    this.#connections = Connections.of(view).listen({
      ended: ({ link }) => {
        for (const table of [this.#tokens, this.#received, this.#warnings, this.#gone]) table.delete(link);
      },
    });
  }

  observe(record: RunRecord): void {
    // A process that ends in this step answers nothing.
    if (record.type === 'node') this.#due = this.#due.filter(({ tracked }) => tracked.node !== record.node);
    else if (record.type !== 'frame') return;
    else if (record.kind === 'open') {
      if (record.direction === 'up' && record.phase === 'delivered') this.#opened(record);
    } else if (record.direction === 'down' && record.phase === 'sent') this.#sent(record);
    else if (record.direction === 'down' && record.phase === 'down') this.#left(record.link);
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

  #left(link: string): void {
    if (this.#connections.open.has(link)) this.#gone.add(link);
  }

  /** `valid-tokens` judges what follows. */
  #opened({ link, node, text }: FrameRecord): void {
    const token = tokenOffered(text);
    const tracked = this.#connections.open.get(link);
    if (token === null || tracked === undefined) return;
    const identity = validTokenIn(token);
    if (identity === null) add(this.#failures, node);
    else {
      this.#tokens.set(link, identity);
      this.#mayBeTooFast(identity);
      this.#mayExpire(tracked, identity);
    }
  }

  #arrived({ link, text }: FrameRecord): void {
    const tracked = this.#connections.open.get(link);
    if (tracked === undefined) return;
    const count = add(this.#received, link);
    if (this.#mayBeTooFast(this.#tokens.get(link))) return;
    if (count > simulatedLimits.framesBurst || this.#mayExpire(tracked, this.#tokens.get(link) ?? null)) return;
    const tooBig = Buffer.byteLength(text) > simulatedLimits.payloadMaxBytes;
    if (tooBig) this.#expectEnd(tracked, text, 'too_big');
    else if (tracked.connection === null) this.#expectAuthentication(tracked, text);
    else this.#expectAnswer(tracked, text);
  }

  /** Counts a frame of a user. From a number of them on, the gateway may refuse any. */
  #mayBeTooFast(token: ValidToken | undefined): boolean {
    return token !== undefined && add(this.#received, token.user) > simulatedLimits.userFramesBurst;
  }

  #expectAuthentication(tracked: TrackedConnection, text: string): void {
    const frame = parseFrame(text);
    if (frame.type === 'invalid' && !frame.isJson) return this.#expectEnd(tracked, text, 'not_authenticated');
    const identity = frame.type === 'authenticate' ? validTokenIn(frame.token) : null;
    if (identity !== null) this.#tokens.set(tracked.link, identity);
    if (identity !== null && this.#mayBeTooFast(identity)) return;
    if (this.#mayFail(tracked, identity === null) || this.#mayExpire(tracked, identity)) return;
    if (identity === null) return this.#expectEnd(tracked, text, 'unauthenticated');
    this.#expect(tracked, text, '{"type":"authenticated",');
  }

  /** Whether the limit of failed tokens is reached. From then on, the gateway may refuse any. */
  #mayFail({ node }: TrackedConnection, isFailure: boolean): boolean {
    const failures = this.#failures.get(node) ?? 0;
    if (isFailure) add(this.#failures, node);
    return failures >= simulatedLimits.failedAuthenticationsBurst;
  }

  /**
   * Whether the token may end the connection at any time, because it expires soon or may be
   * revoked. Then nothing is expected from now on.
   */
  #mayExpire({ link }: TrackedConnection, token: ValidToken | null): boolean {
    const mayEnd = token !== null && (token.isShort || this.#held.mayBeRevoked(token));
    if (mayEnd) this.#received.set(link, Number.POSITIVE_INFINITY);
    return mayEnd;
  }

  #expectAnswer(tracked: TrackedConnection, text: string): void {
    const frame = parseFrame(text);
    const { link } = tracked;
    switch (frame.type) {
      case 'invalid':
        return this.#expectRefusal(tracked, text, 'bad_frame', frame.id);
      case 'authenticate':
        return this.#expectRefusal(tracked, text, 'already_authenticated', null);
      case 'refresh':
        return this.#expectRefresh(tracked, text, frame);
      case 'ping':
        return this.#expect(tracked, text, JSON.stringify({ type: 'pong', id: frame.id }));
      case 'subscribe':
      case 'unsubscribe': {
        const { id, symbols: named } = frame;
        if (named.some((symbol) => !symbols.has(symbol)))
          return this.#expectRefusal(tracked, text, 'unknown_symbol', id);
        if (frame.type === 'subscribe' && !this.#maySee(link, named))
          return this.#expectRefusal(tracked, text, 'symbol_forbidden', id);
        const answer = JSON.stringify({ type: `${frame.type}d`, id, symbols: named });
        return this.#expect(tracked, text, answer.slice(0, -1));
      }
      default:
        if (!isAllowed(this.#tokens.get(link)?.role ?? 'viewer', frame.type))
          return this.#expectRefusal(tracked, text, 'forbidden', frame.id);
    }
    if (frame.type === 'comment' || frame.type === 'announce') return this.#expectMessage(tracked, text, frame);
    if (frame.type === 'disconnect') return this.#expectDisconnection(tracked, text, frame);
    const type = frame.type === 'revoke' ? 'revoked' : frame.type;
    this.#expect(tracked, text, `{"type":"${type}","id":${frame.id},`);
  }

  #expectRefresh(tracked: TrackedConnection, request: string, { id, token }: FrameWith<'refresh'>): void {
    const identity = validTokenIn(token);
    if (this.#mayFail(tracked, identity === null)) {
      // Its role is not known from now on, so nothing more is expected.
      this.#received.set(tracked.link, Number.POSITIVE_INFINITY);
      return;
    }
    if (identity === null) return this.#expectRefusal(tracked, request, 'invalid_token', id);
    if (identity.user !== this.#tokens.get(tracked.link)?.user) {
      // If it is revoked, too, the refusal says that.
      if (!this.#mayExpire(tracked, identity)) this.#expectRefusal(tracked, request, 'other_user', id);
      return;
    }
    this.#tokens.set(tracked.link, identity);
    if (this.#mayExpire(tracked, identity)) return;
    this.#expect(tracked, request, `{"type":"refreshed","id":${id},"role":"${identity.role}",`);
  }

  /** Clients of this node receive it in this step. `relayed-messages` judges the answer. */
  #expectMessage(tracked: TrackedConnection, request: string, frame: FrameWith<'comment' | 'announce'>): void {
    const { id, text } = frame;
    const symbol = frame.type === 'comment' ? frame.symbol : null;
    const refuse = (code: ErrorCode): void => this.#expectRefusal(tracked, request, code, id);
    if (symbol !== null && !symbols.has(symbol)) return refuse('unknown_symbol');
    if (symbol !== null && !this.#maySee(tracked.link, [symbol])) return refuse('symbol_forbidden');
    if (text.length > simulatedLimits.commentMaxCharacters) return refuse('comment_too_long');
    if (text.trim() === '') return refuse('comment_empty');
    const problem = contentProblem(text);
    if (problem !== null) return refuse(problem);
    const from = this.#tokens.get(tracked.link)?.user;
    const message = symbol === null ? { type: 'announcement', from, text } : { type: 'comment', symbol, from, text };
    const expected = JSON.stringify(message);
    for (const client of this.#connections.open.values()) {
      const isMeant = symbol === null ? client.connection !== null : client.subscriptions.has(symbol);
      if (client.node === tracked.node && isMeant) this.#expect(client, request, expected);
    }
  }

  #maySee(link: string, named: readonly string[]): boolean {
    const permitted = this.#tokens.get(link)?.symbols ?? null;
    return permitted === null || named.every((symbol) => permitted.includes(symbol));
  }

  #expectDisconnection(tracked: TrackedConnection, request: string, { id, connection }: FrameWith<'disconnect'>): void {
    const other = this.#connections.named(connection);
    if (other !== undefined && other.node === tracked.node) this.#expectEnd(other, request, 'disconnected');
    // The gateway may still hold one that its client has begun to close.
    else if (this.#connections.holds(connection)) return;
    else return this.#expectRefusal(tracked, request, 'unknown_connection', id);
    if (other !== tracked) this.#expect(tracked, request, JSON.stringify({ type: 'disconnected', id, connection }));
  }

  #expectRefusal(tracked: TrackedConnection, request: string, code: ErrorCode, id: number | null): void {
    const { closing } = errors[code];
    const isLast = this.#warnings.exhausted(tracked.link, closing, this.#view.nowMs);
    if (isLast === 'unclear') return;
    if (isLast) this.#expectEnd(tracked, request, closing);
    else this.#expect(tracked, request, `{"type":"error","code":"${code}","id":${id},`);
  }

  #expectEnd(tracked: TrackedConnection, request: string, code: ClosingCode): void {
    this.#expect(tracked, request, closings[code].closeCode);
  }

  #expect(tracked: TrackedConnection, request: string, expected: Due['expected']): void {
    if (this.#gone.has(tracked.link)) return;
    // With this much buffered, the gateway may end the connection instead.
    const bufferedBytes = this.#view.ledger.connection(tracked.link)?.bufferedBytes ?? 0;
    if (bufferedBytes + simulatedLimits.payloadMaxBytes > simulatedLimits.outboxMaxBytes) return;
    this.#due.push({ tracked, request, expected });
  }

  #sent(record: FrameRecord): void {
    const { link, kind, text, code } = record;
    this.#warnings.sent(record);
    // A gateway that stops answers the first frame of a connection by closing it.
    if (kind === 'close' && code === closings.restarting.closeCode)
      this.#due = this.#due.filter(({ tracked }) => tracked.link !== link || tracked.connection !== null);
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
