/** Requests of a client of the gateway, their answers, and what the client then knows. */
import { isAllowed, type Permission } from '../../core/auth.ts';
import type { Position, Role } from '../../core/protocol.ts';
import { simulatedLimits } from '../configuration.ts';
import type { ActorContext, ClientSocket, Outcome } from '../../sim/index.ts';

export const ANSWER_WITHIN_MS = 5000;

/** The type of a frame, `revoked token`, or `closed` for the end of the connection. */
type AnswerType = string;
const REVOKED = 'revoked token';

export type Operation = (
  context: ActorContext<ClientState>,
  args: Readonly<Record<string, unknown>>,
) => Promise<Outcome>;

export interface ListedClient {
  readonly connection: string;
  readonly user: string;
  readonly token: string;
}

export interface ClientState {
  socket: ClientSocket | null;
  /** Its other connections. */
  readonly others: ClientSocket[];
  /** Those of them to other nodes, as the same user. */
  readonly elsewhere: ClientSocket[];
  /** Number of times that it has sent pings to one of its nodes. */
  rushes: number;
  /** When the last one went over each of its connections. */
  readonly rushedAtMs: Map<ClientSocket, number>;
  /** Times at which it has opened connections. */
  readonly dialledAtMs: number[];
  /** To which it has connected last. */
  node: string | null;
  /** Requests that wait for their answer, by id. Null is the authentication, which has none. */
  readonly pending: Map<number | null, (type: AnswerType) => void>;
  /** Resolve when the connection has ended. */
  ending: (() => void)[];
  lastId: number;
  /** Number of tokens that it has used. */
  tokens: number;
  /** What an administrator knows: clients, and where the next page begins. */
  listed: readonly ListedClient[];
  nextPage: number;
  /** The last frame with a price of each symbol, from whatever connection. */
  readonly lastPrices: Map<string, string>;
  /** On the present connection; null before its authentication. */
  role: Role | null;
  /** Of the last authenticated connection. */
  user: string | null;
  /** The symbols that its token permits, or null for all. */
  symbols: readonly string[] | null;
  /** The gateway may end the present connection for what its client did. */
  mayEnd: boolean;
  /** Until then the client would not notice the end of its connection. */
  readsAgainAtMs: number;
}

/** Ends the detail of an operation whose request the gateway has to refuse. */
export const AS_EXPECTED = 'as expected';

/** A connection of that time may still count, or one that the node believes open. */
const HASTY_WITHIN_MS = 15_000;

/** Counts a connection. Returns whether the gateway may refuse it for its address. */
export function dialled({ dialledAtMs }: ClientState, nowMs: number): boolean {
  const recent = dialledAtMs.filter((atMs) => atMs > nowMs - HASTY_WITHIN_MS);
  dialledAtMs.push(nowMs);
  return recent.length >= simulatedLimits.connectionsPerAddressMax;
}

/** Whether the gateway has to refuse a request of this client. */
export function lacks({ role }: ClientState, permission: Permission): boolean {
  return role === null || !isAllowed(role, permission);
}

/** Whether the operation did not end `ok` because its request was invalid or not permitted. */
export function isRefusedRightly({ detail }: { readonly detail: string }): boolean {
  return detail.endsWith(AS_EXPECTED);
}

/** Sends a request with the next id, and waits for its answer. */
export function numbered(
  context: ActorContext<ClientState>,
  { type, ...fields }: ScriptedFrame,
  isRefused = false,
): Promise<Outcome> {
  const id = (context.state.lastId += 1);
  return request(context, id, { type, id, ...fields }, isRefused || context.state.role === null);
}

/** Sends a frame and waits for the answer. `isRefused`: the gateway has to refuse the request. */
export async function request(
  context: ActorContext<ClientState>,
  id: number | null,
  frame: object,
  isRefused: boolean,
): Promise<Outcome> {
  const { state } = context;
  if (state.socket === null) return failed('not connected');
  if ((isRefused || state.mayEnd) && context.nowMs < state.readsAgainAtMs) return failed(`not sent, ${AS_EXPECTED}`);
  state.mayEnd ||= isRefused;
  state.socket.send(JSON.stringify(frame));
  return answerTo(context, id, isRefused);
}

/** Waits for the answer to a request that was sent in this turn, or to a token at the upgrade. */
export async function answerTo(
  context: ActorContext<ClientState>,
  id: number | null,
  isRefused: boolean,
): Promise<Outcome> {
  const { state } = context;
  const answer = new Promise<AnswerType>((resolve) => state.pending.set(id, resolve));
  const type = await context.within(ANSWER_WITHIN_MS, answer);
  if (type === 'timeout') return unknown('no answer');
  if (type === 'closed') return endedWithout(state);
  // An administrator may revoke a token before it is used. Whether one did, others judge.
  if (type === REVOKED || (isRefused && type === 'error')) return failed(`refused ${AS_EXPECTED}`);
  return type === 'error' ? failed('refused') : 'ok';
}

/** The outcome of an operation whose connection has just ended. */
export function endedWithout({ mayEnd }: ClientState): Outcome {
  return mayEnd ? failed(`closed ${AS_EXPECTED}`) : unknown('closed');
}

interface ScriptedFrame {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface ReceivedFrame {
  readonly type: string;
  readonly id?: number | null;
  readonly code?: string;
  readonly clients?: readonly ListedClient[];
  readonly next?: number | null;
  readonly role?: Role;
  readonly user?: string;
  readonly symbols?: readonly string[] | null;
}

const PRICED = /^\{"type":"(?:price|snapshot|batch)","symbol":"([^"]+)"/;

export function received(state: ClientState, text: string): void {
  // Most frames are prices. They answer nothing.
  const [, symbol] = PRICED.exec(text) ?? [];
  if (symbol !== undefined) {
    // An empty batch has nothing newer.
    if (!text.endsWith('"prices":[]}')) state.lastPrices.set(symbol, text);
    return;
  }
  const { type, id = null, code, clients, next, role, user, symbols } = JSON.parse(text) as ReceivedFrame;
  if (role !== undefined) {
    state.role = role;
    state.symbols = symbols ?? null;
  }
  if (type === 'authenticated') state.user = user ?? null;
  if (clients !== undefined) {
    state.listed = clients;
    state.nextPage = next ?? 0;
  }
  const isAnswer = id !== null || type === 'authenticated' || code === 'already_authenticated';
  if (!isAnswer) return;
  state.pending.get(id)?.(code === 'revoked_token' ? REVOKED : type);
  state.pending.delete(id);
}

/** The last position that a client has of a symbol, or undefined if it has no price. */
export function positionOf({ lastPrices }: ClientState, symbol: string): Position | undefined {
  const text = lastPrices.get(symbol);
  if (text === undefined) return undefined;
  const { epoch, sequence, prices } = JSON.parse(text) as PricedFrame;
  const last = prices?.at(-1)?.sequence ?? sequence ?? 0;
  return epoch === null ? undefined : { symbol, epoch, sequence: last };
}

interface PricedFrame {
  readonly epoch: string | null;
  readonly sequence?: number;
  readonly prices?: readonly { readonly sequence: number }[];
}

export function failed(detail: string): Outcome {
  return { outcome: 'fail', detail };
}

export function unknown(detail: string): Outcome {
  return { outcome: 'unknown', detail };
}
