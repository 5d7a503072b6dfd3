/**
 * A client of the gateway: its operations. Which of them it performs is in visits.ts.
 */
import { authenticate as authenticateToken, type Identity, tokenKey } from '../../core/auth.ts';
import { roles, subprotocol } from '../../core/protocol.ts';
import { signToken } from '../../core/sign-token.ts';
import type { ActorContext, ActorDefinition, ClientSocket, Outcome } from '../../sim/index.ts';
import { gatewayConfiguration } from '../configuration.ts';
import { visits } from './visits.ts';

/** The type of a frame, or `closed` for the end of the connection. */
type AnswerType = string;

export interface ClientState {
  socket: ClientSocket | null;
  /** Requests that wait for their answer, by id. Null is the authentication, which has none. */
  readonly pending: Map<number | null, (type: AnswerType) => void>;
  /** Resolve when the connection has ended. */
  ending: (() => void)[];
  lastId: number;
  /** What an administrator knows: names of connections, and where the next page begins. */
  listed: readonly string[];
  nextPage: number;
}

const ROLES = ['trader', 'viewer', 'admin'] as const;
const ANSWER_WITHIN_MS = 5000;
const HOUR_MS = 3_600_000;
/** Age of a token when it is used. Clocks of nodes jump by minutes only. */
const TOKEN_AGE_MS = 2 * HOUR_MS;
const key = tokenKey(gatewayConfiguration.secret);
const forgedKey = tokenKey('some-other-secret-some-other-secret');

type Operation = (context: ActorContext<ClientState>, args: Readonly<Record<string, unknown>>) => Promise<Outcome>;

const connect: Operation = async (context, args) => {
  const { state, nodes } = context;
  if (state.socket !== null) return failed('connected already');
  const node = nodes[Math.floor(context.fraction('node') * nodes.length)] ?? 'node-1';
  const protocols = args['protocol'] === 'none' ? [] : [subprotocol];
  const socket = await context.dial(node, { url: '/stream', protocols }).catch(() => null);
  if (socket === null) return failed('refused');
  state.socket = socket;
  socket.onmessage = (event) => received(state, String(event.data));
  socket.onclose = () => {
    if (state.socket === socket) state.socket = null;
    for (const resolve of state.ending) resolve();
    for (const resolve of state.pending.values()) resolve('closed');
    state.ending = [];
    state.pending.clear();
  };
  return 'ok';
};

const authenticate: Operation = (context, args) =>
  request(context, null, { type: 'authenticate', token: tokenOf(context, args['token']) });

const refresh: Operation = (context, args) =>
  numbered(context, { type: 'refresh', token: tokenOf(context, args['token']) });

/** `good`, `expired`, `forged`, `other user`, or the role that a good one has. */
function tokenOf(context: ActorContext<ClientState>, kind: unknown): string {
  const times = {
    issuedAtMs: context.wallMs - TOKEN_AGE_MS,
    expiresAtMs: context.wallMs + (kind === 'expired' ? -HOUR_MS : HOUR_MS),
  };
  const role = roles.find((name) => name === kind) ?? ROLES[context.number % ROLES.length] ?? 'viewer';
  const user = kind === 'other user' ? 'other-user' : context.name;
  return signToken(kind === 'forged' ? forgedKey : key, { user, role, ...times });
}

/** The identity in a token that was valid when its client signed it; null otherwise. */
export function identityIn(token: string): Identity | null {
  const [, claims = ''] = token.split('.');
  const { iat } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iat: number };
  return authenticateToken(token, key, iat * 1000 + TOKEN_AGE_MS);
}

/** One symbol, or several with commas between them. */
function symbolsOf(args: Readonly<Record<string, unknown>>): readonly string[] {
  return String(args['symbol']).split(',');
}

const subscribe: Operation = (context, args) => numbered(context, { type: 'subscribe', symbols: symbolsOf(args) });

const unsubscribe: Operation = (context, args) => numbered(context, { type: 'unsubscribe', symbols: symbolsOf(args) });

const comment: Operation = (context, args) =>
  numbered(context, { type: 'comment', symbol: args['symbol'], text: args['text'] });

const status: Operation = (context) => numbered(context, { type: 'status' });

const ping: Operation = (context) => numbered(context, { type: 'ping' });

const listClients: Operation = (context) => numbered(context, { type: 'clients', after: context.state.nextPage });

/** Disconnects one of the clients of the last page, or names one that does not exist. */
const disconnectOther: Operation = (context) => {
  const { listed } = context.state;
  const connection = listed[Math.floor(context.fraction('other') * listed.length)] ?? 'nothing';
  return numbered(context, { type: 'disconnect', connection });
};

const sendGarbage: Operation = (context, args) => {
  context.state.socket?.send(String(args['text'] ?? '{"type":"no such thing"'));
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

/**
 * Stops reading for a while but still sends. Used in written plans only: in random runs too few
 * frames would queue up.
 */
const stopReading: Operation = (context, args) => {
  context.stopReading(Number(args['ms']));
  return Promise.resolve('ok');
};

/** They need the connection, not the answer to what was sent before. */
const REQUESTS = [
  'refresh',
  'subscribe',
  'unsubscribe',
  'comment',
  'status',
  'ping',
  'listClients',
  'disconnectOther',
  'sendGarbage',
  'disconnect',
  'vanish',
];

export const client: ActorDefinition<ClientState> = {
  countMax: 3000,
  concurrent: REQUESTS,
  optional: REQUESTS,
  formerNames: { babble: 'sendGarbage', fade: 'vanish', lookAway: 'stopReading' },
  create: () => ({ socket: null, pending: new Map(), ending: [], lastId: 0, listed: [], nextPage: 0 }),
  operations: {
    connect,
    authenticate,
    refresh,
    subscribe,
    unsubscribe,
    comment,
    status,
    ping,
    listClients,
    disconnectOther,
    sendGarbage,
    disconnect,
    vanish,
    stopReading,
  },
  script: visits,
  leave({ state }) {
    state.socket?.close(1000);
  },
};

/** Sends a request with the next id, and waits for its answer. */
function numbered(context: ActorContext<ClientState>, { type, ...fields }: ScriptedFrame): Promise<Outcome> {
  const id = (context.state.lastId += 1);
  return request(context, id, { type, id, ...fields });
}

/** Sends a frame and waits for the answer. */
async function request(context: ActorContext<ClientState>, id: number | null, frame: object): Promise<Outcome> {
  const { state } = context;
  if (state.socket === null) return failed('not connected');
  const answer = new Promise<AnswerType>((resolve) => state.pending.set(id, resolve));
  state.socket.send(JSON.stringify(frame));
  const type = await context.within(ANSWER_WITHIN_MS, answer);
  if (type === 'timeout') return unknown('no answer');
  if (type === 'closed') return unknown('closed');
  return type === 'error' ? failed('refused') : 'ok';
}

interface ScriptedFrame {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface ReceivedFrame {
  readonly type: string;
  readonly id?: number | null;
  readonly code?: string;
  readonly clients?: readonly { readonly connection: string }[];
  readonly next?: number | null;
}

function received(state: ClientState, text: string): void {
  // Most frames are prices. They answer nothing.
  if (text.startsWith('{"type":"price"')) return;
  const { type, id = null, code, clients, next } = JSON.parse(text) as ReceivedFrame;
  if (clients !== undefined) {
    state.listed = clients.map(({ connection }) => connection);
    state.nextPage = next ?? 0;
  }
  const isAnswer = id !== null || type === 'authenticated' || code === 'already_authenticated';
  if (!isAnswer) return;
  state.pending.get(id)?.(type);
  state.pending.delete(id);
}

function failed(detail: string): Outcome {
  return { outcome: 'fail', detail };
}

function unknown(detail: string): Outcome {
  return { outcome: 'unknown', detail };
}
