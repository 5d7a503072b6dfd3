/** Operations of a client with several connections, perhaps to several nodes. */
import { subprotocol } from '../../core/protocol.ts';
import type { ActorContext, ClientSocket, Outcome } from '../../sim/index.ts';
import { signedToken } from '../support/tokens.ts';
import { type ClientState, dialled, failed } from './requests.ts';

const CROWD = [1, 2, 3];
const OPTIONS = { url: '/stream', protocols: [subprotocol] };
/** Its user has at most three connections. */
const ELSEWHERE_MAX = 2;
/** A node alone accepts several times as many from a connection. */
const RUSH_FRAMES = { min: 18, max: 26 };

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

/** Sends pings at once, to one node after the other: over all of them, more than they accept. */
function rush({ state, integer, nowMs }: ActorContext<ClientState>): Promise<Outcome> {
  if (state.socket === null || state.role === null || nowMs < state.readsAgainAtMs)
    return Promise.resolve(failed('not served'));
  state.mayEnd = true;
  const sockets = [state.socket, ...state.elsewhere].filter(isOpen);
  const socket = sockets[(state.rushes += 1) % sockets.length];
  for (let count = integer('frames', RUSH_FRAMES.min, RUSH_FRAMES.max); count > 0; count -= 1)
    socket?.send(JSON.stringify({ type: 'ping', id: (state.lastId += 1) }));
  return Promise.resolve('ok');
}

function isOpen({ readyState, OPEN }: ClientSocket): boolean {
  return readyState === OPEN;
}

export const otherConnections = { crowd, spread, rush };
