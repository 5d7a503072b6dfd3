/**
 * A client of the gateway: its operations. Which of them it performs is in visits.ts, and how it
 * finds the answer to a request in requests.ts.
 */
import { subprotocol } from '../../core/protocol.ts';
import type { ActorContext, ActorDefinition } from '../../sim/index.ts';
import { isUnsafe } from '../support/comments.ts';
import { INVALID_TOKENS, offeredToken, SHARED_USER, SHORT_TOKENS, signedToken } from '../support/tokens.ts';
import { announce, disconnectOther, listClients, revokeOther, status } from './administration.ts';
import { otherConnections } from './other-connections.ts';
import {
  ANSWER_WITHIN_MS,
  answerTo,
  AS_EXPECTED,
  dialled,
  type ClientState,
  endedWithout,
  failed,
  lacks,
  numbered,
  type Operation,
  positionOf,
  received,
  request,
  unknown,
} from './requests.ts';
import { visits } from './visits.ts';

const ROLES = ['trader', 'viewer', 'admin'] as const;
/** Nearly the longest comment that the gateway accepts. */
const TALK = 'up '.repeat(480);
/** Comments of 20 in a second: fewer than the gateway accepts, and readers keep up with them. */
const TALK_PAUSE_MS = 50;
const FLOOD_FRAMES = { min: 10, max: 45 };
const TALK_COMMENTS = { min: 2, max: 12 };
/** The gateway may end a connection so: its deadline has passed, or an administrator acted. */
const ENDED_FAIRLY: readonly number[] = [4408, 4409, 4410, 4411, 4429];
/** The share of clients that reconnect to the node that they had. */
const RETURNS = 0.5;
/** The share of clients with a price that resume. */
const RESUMES = 0.8;

const connect: Operation = async (context, args) => {
  const { state, nodes } = context;
  if (state.socket !== null) return failed('connected already');
  const other = nodes[Math.floor(context.fraction('node') * nodes.length)] ?? 'node-1';
  const node = context.fraction('returns') < RETURNS ? (state.node ?? other) : other;
  state.node = node;
  // Without the subprotocol, the gateway ends it at once.
  state.mayEnd = args['protocol'] === 'none';
  const { token: kind } = args;
  const offered = kind === undefined ? [] : [offeredToken(tokenOf(context, kind, context.name))];
  const protocols = args['protocol'] === 'none' ? [] : [subprotocol, ...offered];
  const socket = await context.dial(node, { url: '/stream', protocols }).catch(() => null);
  const isHasty = dialled(state, context.nowMs);
  if (socket === null) return failed(isHasty || kind !== undefined ? `refused ${AS_EXPECTED}` : 'refused');
  state.socket = socket;
  socket.onmessage = (event) => received(state, String(event.data));
  state.role = null;
  socket.onclose = ({ code }) => {
    if (ENDED_FAIRLY.includes(code)) state.mayEnd = true;
    if (state.socket === socket) state.socket = null;
    for (const resolve of state.ending) resolve();
    for (const resolve of state.pending.values()) resolve('closed');
    state.ending = [];
    state.pending.clear();
  };
  return kind === undefined ? 'ok' : answerTo(context, null, isInvalid(kind));
};

const authenticate: Operation = (context, args) =>
  request(
    context,
    null,
    { type: 'authenticate', token: tokenOf(context, args['token'], context.name) },
    isInvalid(args['token']) || context.state.role !== null,
  );

const refresh: Operation = (context, args) =>
  numbered(
    context,
    { type: 'refresh', token: tokenOf(context, args['token'], context.state.user ?? context.name) },
    isInvalid(args['token']) || args['token'] === 'other user',
  );

/** A kind that `signedToken` knows, `other user` or SHARED_USER. */
function tokenOf({ name, number, state, wallMs }: ActorContext<ClientState>, kind: unknown, own: string): string {
  const role = ROLES[number % ROLES.length] ?? 'viewer';
  const user = kind === 'other user' ? 'other-user' : kind === SHARED_USER ? 'team' : own;
  state.tokens += 1;
  // Others connect as the same user, too.
  if (kind === SHARED_USER) state.mayEnd = true;
  // Then the connection ends, and perhaps before its client expects it.
  if (SHORT_TOKENS.some((short) => short === kind)) state.mayEnd = true;
  return signedToken(String(kind), { user, role, tokenId: `${name}.${state.tokens}`, wallMs });
}

function isInvalid(kind: unknown): boolean {
  return INVALID_TOKENS.some((name) => name === kind);
}

/** Whether the token of this client does not permit one of the symbols. */
function mayNotSee({ symbols }: ClientState, named: readonly string[]): boolean {
  return symbols !== null && named.some((symbol) => !symbols.includes(symbol));
}

/** One symbol, or several with commas between them. */
function symbolsOf(args: Readonly<Record<string, unknown>>): readonly string[] {
  return String(args['symbol']).split(',');
}

/** Mostly a client resumes where it was, also on another node or without a break. */
const subscribe: Operation = (context, args) => {
  const symbols = symbolsOf(args);
  const positions = symbols.flatMap((symbol) => positionOf(context.state, symbol) ?? []);
  const resume = positions.length > 0 && context.fraction('resumes') < RESUMES ? { resume: positions } : {};
  const rate = args['maxPerSecond'] === undefined ? {} : { maxPerSecond: args['maxPerSecond'] };
  const isRefused = args['symbol'] === 'NONE' || mayNotSee(context.state, symbols);
  return numbered(context, { type: 'subscribe', symbols, ...resume, ...rate }, isRefused);
};

const unsubscribe: Operation = (context, args) => numbered(context, { type: 'unsubscribe', symbols: symbolsOf(args) });

const comment: Operation = (context, args) =>
  numbered(
    context,
    { type: 'comment', symbol: args['symbol'], text: args['text'] },
    lacks(context.state, 'comment') || mayNotSee(context.state, symbolsOf(args)) || isUnsafe(String(args['text'])),
  );

const ping: Operation = (context) => numbered(context, { type: 'ping' });

const sendGarbage: Operation = ({ state, nowMs }, args) => {
  if (nowMs < state.readsAgainAtMs) return Promise.resolve(failed('not reading'));
  state.socket?.send(String(args['text'] ?? '{"type":"no such thing"'));
  state.mayEnd = true;
  return Promise.resolve('ok');
};

const disconnect: Operation = async (context) => {
  const { state } = context;
  if (state.socket === null) return failed('not connected');
  const closed = new Promise<void>((resolve) => state.ending.push(resolve));
  state.socket.close(1000);
  return (await context.within(ANSWER_WITHIN_MS, closed)) === 'timeout' ? unknown('no close') : 'ok';
};

/**
 * Starts the closing handshake and stops reading, so the node's socket stays in state `closing`.
 */
const vanish: Operation = (context) => {
  const { state } = context;
  if (state.socket === null) return Promise.resolve(failed('not connected'));
  context.stopReading(5000);
  state.socket.close(1000);
  return Promise.resolve('ok');
};

/** Stops reading for a while but still sends. */
const stopReading: Operation = (context, args) => {
  if (context.state.role === null || context.state.mayEnd) return Promise.resolve(failed('not served'));
  context.state.readsAgainAtMs = context.nowMs + Number(args['ms']);
  context.stopReading(Number(args['ms']));
  return Promise.resolve('ok');
};

/** Sends long comments in quick succession, which each subscriber receives. */
const talk: Operation = async (context, args) => {
  const { state } = context;
  const { socket } = state;
  if (socket === null) return failed('not connected');
  if (lacks(state, 'comment') || mayNotSee(state, symbolsOf(args))) return failed('not permitted');
  const closed = new Promise<void>((resolve) => state.ending.push(resolve));
  for (let count = context.integer('comments', TALK_COMMENTS.min, TALK_COMMENTS.max); count > 0; count -= 1) {
    const id = (state.lastId += 1);
    socket.send(JSON.stringify({ type: 'comment', id, symbol: args['symbol'], text: TALK }));
    if ((await context.within(TALK_PAUSE_MS, closed)) !== 'timeout') return endedWithout(state);
  }
  return 'ok';
};

/** Sends pings at once, mostly fewer than the gateway accepts. */
const flood: Operation = ({ state, integer, nowMs }) => {
  if (state.socket === null || state.role === null || nowMs < state.readsAgainAtMs)
    return Promise.resolve(failed('not served'));
  state.mayEnd = true;
  for (let count = integer('frames', FLOOD_FRAMES.min, FLOOD_FRAMES.max); count > 0; count -= 1)
    state.socket.send(JSON.stringify({ type: 'ping', id: (state.lastId += 1) }));
  return Promise.resolve('ok');
};

/** They need the connection, not the answer to what was sent before. */
const REQUESTS = [
  'refresh',
  'subscribe',
  'unsubscribe',
  'comment',
  'announce',
  'status',
  'ping',
  'listClients',
  'disconnectOther',
  'revokeOther',
  'sendGarbage',
  'disconnect',
  'vanish',
];

export const client: ActorDefinition<ClientState> = {
  countMax: 3000,
  concurrent: REQUESTS,
  optional: REQUESTS,
  formerNames: { babble: 'sendGarbage', fade: 'vanish', lookAway: 'stopReading' },
  create: () => ({
    socket: null,
    node: null,
    pending: new Map(),
    ending: [],
    lastId: 0,
    lastPrices: new Map(),
    tokens: 0,
    listed: [],
    nextPage: 0,
    role: null,
    user: null,
    others: [],
    elsewhere: [],
    rushes: 0,
    rushedAtMs: new Map(),
    dialledAtMs: [],
    symbols: null,
    mayEnd: false,
    readsAgainAtMs: 0,
  }),
  operations: {
    connect,
    authenticate,
    refresh,
    subscribe,
    unsubscribe,
    comment,
    announce,
    status,
    ping,
    listClients,
    disconnectOther,
    revokeOther,
    sendGarbage,
    disconnect,
    vanish,
    stopReading,
    talk,
    flood,
    ...otherConnections,
  },
  script: visits,
  leave({ state }) {
    for (const socket of [state.socket, ...state.others]) socket?.close(1000);
  },
};
