/** Operations of a client with several connections, perhaps to several nodes. */
import { subprotocol } from '../../core/protocol.ts';
import type { ActorContext, ClientSocket, Outcome } from '../../sim/index.ts';
import { signedToken } from '../support/tokens.ts';
import { type ClientState, dialled, failed } from './requests.ts';

const CROWD = [1, 2, 3];
const OPTIONS = { url: '/stream', protocols: [subprotocol] };
/** Its user has at most three connections. */
const ELSEWHERE_MAX = 2;
/** Somewhat less than a connection may send at once, and per second. */
const RUSH_FRAMES = 34;
const RUSH_FRAMES_PER_SECOND = 9;

/** Opens connections beside its own, which do nothing. */
async function crowd(context: ActorContext<ClientState>): Promise<Outcome> {
  const { state } = context;
  CROWD.forEach(() => dialled(state, context.nowMs));
  const sockets = CROWD.map(() => context.dial(state.node ?? 'node-1', OPTIONS).catch(() => null));
  for (const socket of await Promise.all(sockets)) if (socket !== null) state.others.push(socket);
  return 'ok';
}

/** Connects to other nodes as well. */
async function spread(context: ActorContext<ClientState>): Promise<Outcome> {
  const { name, state, nodes, wallMs } = context;
  if (state.socket === null || state.role === null) return failed('not served');
  state.mayEnd = true;
  const { user, role } = state;
  for (const node of nodes.filter((other) => other !== state.node).slice(0, ELSEWHERE_MAX)) {
    dialled(state, context.nowMs);
    const socket = await context.dial(node, OPTIONS).catch(() => null);
    if (socket === null) continue;
    state.others.push(socket);
    state.elsewhere.push(socket);
    state.tokens += 1;
    const identity = { user: user ?? name, role, tokenId: `${name}.${state.tokens}`, wallMs };
    if (isOpen(socket)) socket.send(JSON.stringify({ type: 'authenticate', token: signedToken('good', identity) }));
  }
  return 'ok';
}

/**
 * Sends pings at once, to one node after the other: to each of them almost what it accepts of a
 * connection, and so to all of them more than they accept of a user.
 */
function rush({ state, integer, nowMs }: ActorContext<ClientState>): Promise<Outcome> {
  if (state.socket === null || state.role === null || nowMs < state.readsAgainAtMs)
    return Promise.resolve(failed('not served'));
  state.mayEnd = true;
  const sockets = [state.socket, ...state.elsewhere].filter(isOpen);
  const socket = sockets[(state.rushes += 1) % sockets.length];
  if (socket === undefined) return Promise.resolve(failed('not connected'));
  const sinceMs = state.rushedAtMs.get(socket) ?? -Infinity;
  state.rushedAtMs.set(socket, nowMs);
  const allowed = Math.min(RUSH_FRAMES, Math.floor(((nowMs - sinceMs) * RUSH_FRAMES_PER_SECOND) / 1000));
  for (let count = allowed - integer('spared', 0, 4); count > 0; count -= 1)
    socket.send(JSON.stringify({ type: 'ping', id: (state.lastId += 1) }));
  return Promise.resolve('ok');
}

function isOpen({ readyState, OPEN }: ClientSocket): boolean {
  return readyState === OPEN;
}

export const otherConnections = { crowd, spread, rush };
