/**
 * A client of the gateway. It connects, authenticates, subscribes, comments, unsubscribes and
 * leaves, mostly in a valid order and sometimes not.
 */
import { authenticate as authenticateToken, type Identity, isAllowed, tokenKey } from '../../core/auth.ts';
import { createSanitiser } from '../../core/sanitiser.ts';
import { signToken } from '../../core/sign-token.ts';
import type {
  ActorContext,
  ActorDefinition,
  ClientSocket,
  Outcome,
  ScriptDraw,
  ScriptedOperation,
} from '../../sim/index.ts';
import { gatewayConfiguration } from '../configuration.ts';

interface PendingAnswer {
  readonly types: readonly string[];
  readonly resolve: (type: string) => void;
}

export interface ClientState {
  socket: ClientSocket | null;
  /**
   * Operations that wait for a frame of one of their types, in the order of their requests. Answers
   * come in the same order. The type `closed` means the end of the connection.
   */
  pending: PendingAnswer[];
  /** On the present connection. */
  isAuthenticated: boolean;
  /** The gateway may end the present connection or be late: it sent garbage, or does not read. */
  mayBeEnded: boolean;
}

/** Ends the detail of an operation whose request the gateway has to refuse. */
const AS_EXPECTED = 'as expected';

/** Whether the operation did not end `ok` because its request was invalid or not permitted. */
export function isRefusedRightly({ detail }: { readonly detail: string }): boolean {
  return detail.endsWith(AS_EXPECTED);
}

const SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT'];
const ROLES = ['trader', 'viewer', 'admin'] as const;
const ANSWER_WITHIN_MS = 5000;
/** Nearly the longest comment that the gateway accepts. */
const TALK = 'up '.repeat(480);
/** Comments of 20 in a second: fewer than the gateway accepts, and readers keep up with them. */
const TALK_PAUSE_MS = 50;
const TALK_COMMENTS = { min: 2, max: 12 };
const HOUR_MS = 3_600_000;
/** Age of a token when it is used. Clocks of nodes jump by minutes only. */
const TOKEN_AGE_MS = 2 * HOUR_MS;
const key = tokenKey(gatewayConfiguration.secret);
const sanitise = createSanitiser();
const forgedKey = tokenKey('some-other-secret-some-other-secret');

type Operation = (context: ActorContext<ClientState>, args: Readonly<Record<string, unknown>>) => Promise<Outcome>;

const connect: Operation = async (context) => {
  const { state, nodes } = context;
  if (state.socket !== null) return failed('connected already');
  const node = nodes[Math.floor(context.fraction('node') * nodes.length)] ?? 'node-1';
  const socket = await context.dial(node, { url: '/stream' }).catch(() => null);
  if (socket === null) return failed('refused');
  state.socket = socket;
  state.isAuthenticated = state.mayBeEnded = false;
  socket.onmessage = (event) => resolvePending(state, typeOf(String(event.data)));
  socket.onclose = () => {
    if (state.socket === socket) state.socket = null;
    resolvePending(state, 'closed');
  };
  return 'ok';
};

const authenticate: Operation = async (context, args) => {
  const { state } = context;
  const isRefused = args['token'] !== 'good' || state.isAuthenticated;
  const times = {
    issuedAtMs: context.wallMs - TOKEN_AGE_MS,
    expiresAtMs: context.wallMs + (args['token'] === 'expired' ? -HOUR_MS : HOUR_MS),
  };
  const role = roleOf(context);
  const token = signToken(args['token'] === 'forged' ? forgedKey : key, { user: context.name, role, ...times });
  const outcome = await request(context, { type: 'authenticate', token }, ['authenticated', 'error'], isRefused);
  if (outcome === 'ok') state.isAuthenticated = true;
  return outcome;
};

function roleOf({ number }: Pick<ActorContext<ClientState>, 'number'>): (typeof ROLES)[number] {
  return ROLES[number % ROLES.length] ?? 'viewer';
}

/** The identity in a token that was valid when its client signed it; null otherwise. */
export function identityIn(token: string): Identity | null {
  const [, claims = ''] = token.split('.');
  const { iat } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iat: number };
  return authenticateToken(token, key, iat * 1000 + TOKEN_AGE_MS);
}

const subscribe: Operation = (context, args) =>
  request(context, { type: 'subscribe', symbol: args['symbol'] }, ['subscribed', 'error']);

const unsubscribe: Operation = (context, args) =>
  request(context, { type: 'unsubscribe', symbol: args['symbol'] }, ['unsubscribed', 'error']);

/** Is answered only if it is refused. That answer must not be taken for one to another request. */
const comment: Operation = (context, args) => {
  const { state } = context;
  const { socket } = state;
  if (socket === null) return Promise.resolve(failed('not connected'));
  const isEmpty = sanitise(String(args['text'])).text === '';
  if (isEmpty || !isAllowed(roleOf(context), 'comment')) void answerOf(state, ['error']);
  socket.send(JSON.stringify({ type: 'comment', symbol: args['symbol'], text: args['text'] }));
  return Promise.resolve('ok');
};

const status: Operation = (context) => {
  const isRefused = !context.state.isAuthenticated || !isAllowed(roleOf(context), 'status');
  return request(context, { type: 'status' }, ['status', 'error'], isRefused);
};

const sendGarbage: Operation = ({ state }) => {
  state.socket?.send('{"type":"no such thing"');
  state.mayBeEnded = true;
  return Promise.resolve('ok');
};

const disconnect: Operation = async (context) => {
  const { state } = context;
  if (state.socket === null) return failed('not connected');
  const closed = answerOf(state, []);
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
  context.state.mayBeEnded = true;
  context.stopReading(Number(args['ms']));
  return Promise.resolve('ok');
};

/** Sends long comments in quick succession, which each subscriber receives. */
const talk: Operation = async (context, args) => {
  const { socket } = context.state;
  if (socket === null) return failed('not connected');
  context.state.mayBeEnded = true;
  for (let count = context.integer('comments', TALK_COMMENTS.min, TALK_COMMENTS.max); count > 0; count -= 1) {
    socket.send(JSON.stringify({ type: 'comment', symbol: args['symbol'], text: TALK }));
    await context.sleep(TALK_PAUSE_MS);
    if (context.state.socket !== socket) return unknown('closed');
  }
  return 'ok';
};

export const client: ActorDefinition<ClientState> = {
  countMax: 3000,
  // They need the connection, not the answer to what was sent before.
  concurrent: ['subscribe', 'unsubscribe', 'comment', 'status', 'sendGarbage', 'disconnect', 'vanish'],
  optional: ['subscribe', 'unsubscribe', 'comment', 'status', 'sendGarbage', 'disconnect', 'vanish'],
  formerNames: { babble: 'sendGarbage', fade: 'vanish', lookAway: 'stopReading' },
  create: () => ({ socket: null, pending: [], isAuthenticated: false, mayBeEnded: false }),
  operations: {
    connect,
    authenticate,
    subscribe,
    unsubscribe,
    comment,
    status,
    sendGarbage,
    disconnect,
    vanish,
    stopReading,
    talk,
  },
  script,
  leave({ state }) {
    state.socket?.close(1000);
  },
};

type Add = (name: string, args?: ScriptedOperation['arguments'], longestPauseMs?: number) => void;

/** A few visits. Each connects, authenticates, performs some operations, and disconnects or not. */
function script(draw: ScriptDraw, operationsMax: number): readonly ScriptedOperation[] {
  const operations: ScriptedOperation[] = [];
  const add: Add = (name, args = {}, longestPauseMs = 600) => {
    operations.push({ name, arguments: args, pauseMs: draw.fraction('pause') * longestPauseMs });
  };
  while (operations.length < operationsMax) {
    add('connect');
    const token = draw.fraction('token');
    // 10 % never authenticate, and 10 % send an invalid token.
    if (token < 0.1) {
      if (token < 0.03) add(draw.pick('unasked', ['subscribe', 'sendGarbage', 'status']), { symbol: 'AAPL' });
      add('disconnect', {}, 4000);
      continue;
    }
    add('authenticate', { token: token < 0.15 ? 'expired' : token < 0.2 ? 'forged' : 'good' });
    for (let count = draw.integer('count', 0, 4); count > 0; count -= 1) addVisit(draw, add);
    const leaves = draw.fraction('leaves');
    if (leaves < 0.6) add(leaves < 0.15 ? 'vanish' : 'disconnect', {}, 3000);
  }
  return operations.slice(0, operationsMax);
}

function addVisit(draw: ScriptDraw, add: Add): void {
  const symbol = draw.pick('symbol', SYMBOLS.slice(0, draw.fraction('popular') < 0.7 ? 2 : SYMBOLS.length));
  if (draw.fraction('talks') < 0.2) {
    // Its own comments come back to it, so it need not be in luck to have something to read.
    add('subscribe', { symbol }, 300);
    add('stopReading', { ms: draw.integer('stops', 2000, 6000) }, 300);
    add('talk', { symbol }, 300);
    add('status', {}, 8000);
    return;
  }
  const what = draw.fraction('what');
  if (what < 0.6) add('subscribe', { symbol }, 1500);
  else if (what < 0.8) add('unsubscribe', { symbol }, 3000);
  else if (what < 0.9)
    add('comment', { symbol, text: draw.pick('text', ['up', '<b>up</b>', '<script>alert(1)</script>']) });
  else add('status');
}

/**
 * Sends a frame and waits for an answer of one of the types. `isRefused`: the gateway has to refuse
 * the request.
 */
async function request(
  context: ActorContext<ClientState>,
  frame: object,
  types: readonly string[],
  isRefused = !context.state.isAuthenticated,
): Promise<Outcome> {
  const { state } = context;
  if (state.socket === null) return failed('not connected');
  const answer = answerOf(state, types);
  state.socket.send(JSON.stringify(frame));
  const type = await context.within(ANSWER_WITHIN_MS, answer);
  if (state.mayBeEnded && type === 'timeout') return failed(`unanswered ${AS_EXPECTED}`);
  if (type === 'timeout') return unknown('no answer');
  if ((isRefused || state.mayBeEnded) && (type === 'closed' || type === 'error'))
    return failed(`refused ${AS_EXPECTED}`);
  if (type === 'closed') return unknown('closed');
  return type === 'error' ? failed('refused') : 'ok';
}

function answerOf(state: ClientState, types: readonly string[]): Promise<string> {
  return new Promise((resolve) => state.pending.push({ types: [...types, 'closed'], resolve }));
}

/** An answer belongs to the first request that it fits. The end of the connection ends all. */
function resolvePending(state: ClientState, type: string): void {
  const { pending } = state;
  if (pending.length === 0) return;
  const first = pending.find(({ types }) => types.includes(type));
  const resolved = type === 'closed' ? pending : first === undefined ? [] : [first];
  state.pending = pending.filter((one) => !resolved.includes(one));
  for (const { resolve } of resolved) resolve(type);
}

/** The type of a frame of the gateway, which is its first field. */
function typeOf(text: string): string {
  return text.slice(9, text.indexOf('"', 9));
}

function failed(detail: string): Outcome {
  return { outcome: 'fail', detail };
}

function unknown(detail: string): Outcome {
  return { outcome: 'unknown', detail };
}
