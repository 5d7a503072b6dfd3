/**
 * The context that the operations of one actor receive. Its functions don't use `this`, so
 * operations may destructure it.
 */
import type { Domain } from '../kernel/heap.ts';
import type { Client } from '../network/client.ts';
import type { ClientSocket, ConnectOptions } from '../network/client-socket.ts';
import { splitActor } from '../plan/plan.ts';
import type { World } from '../world/world.ts';
import type { ActorContext } from './actor.ts';
import type { OperationDraws } from './operation-draws.ts';

/** The domain of the events that resume reading. */
const RESUMING: Domain = { name: 'waking', alive: true };

/** The key by which `connect` chooses a node. */
const NODE_KEY = 'connect';

export interface ActorContextParts {
  readonly world: World;
  readonly client: Client;
  readonly draws: OperationDraws;
  /** Created at the first call, in an event of the actor, so that its draws come from the seed. */
  readonly stateOf: () => unknown;
  readonly onOpen: (socket: ClientSocket) => void;
}

export function createActorContext(parts: ActorContextParts): ActorContext<unknown> {
  const { world, client, draws, stateOf, onOpen } = parts;
  const { kernel } = world;
  const { name } = client;
  const nodes = [...world.nodes.keys()];
  const wait = (ms: number, callback: () => void) => kernel.schedule(Math.max(0, ms) * 1000, client, callback);
  const dial = async (node: string, options?: ConnectOptions): Promise<ClientSocket> => {
    const socket = await world.connect(client, node, options);
    onOpen(socket);
    return socket;
  };
  return {
    name,
    number: splitActor(name).number,
    get state() {
      return stateOf();
    },
    nodes,
    get nowMs() {
      return kernel.nowMs;
    },
    get wallMs() {
      return world.wallMs;
    },
    fraction: (label) => draws.fraction(label),
    integer: (label, min, max) => draws.integer(label, min, max),
    pick: (label, items) => draws.pick(label, items),
    connect: (node, options) => dial(node ?? nodes[Math.floor(draws.unnamed(NODE_KEY) * nodes.length)] ?? '', options),
    dial,
    sleep: (ms) => new Promise((resolve) => wait(ms, resolve)),
    stopReading: (ms) => {
      const lanes = world.network.linksOf(name).map((link) => link.down);
      for (const lane of lanes) lane.block();
      kernel.schedule(ms * 1000, RESUMING, () => lanes.forEach((lane) => lane.unblock()));
    },
    within: (ms, promise) =>
      new Promise((resolve, reject) => {
        const timeout = wait(ms, () => resolve('timeout'));
        const settled = () => {
          timeout.deliver = null;
        };
        promise.finally(settled).then(resolve, reject);
      }),
  };
}
