/** The simulated network as a target of the contract of sockets. Faults are those of plans. */
import { Client } from '../client.ts';
import type { Fault } from '../../kernel/fault.ts';
import { FAULT_KINDS } from '../../world/faults/catalogue.ts';
import type { SimNode } from '../../system/types.ts';
import type { UpgradeRequest, ServerSocket } from '../../system/web-socket-types.ts';
import { IMPATIENT_MS, listenAtClient, listenAtServer } from './real-sockets.ts';
import type { Tools } from '../../world/test/run-world.ts';
import type { SocketPair, SocketTarget } from './socket-target.ts';

const NODE = 'node-1';
const FAULT_MS = 4000;

export function simulatedSockets(node: SimNode, tools: Tools): SocketTarget {
  const { world } = tools;
  const clientOf = new Map<SocketPair, string>();
  let dialled = 0;
  let faults = 0;
  let accepted: ((socket: ServerSocket, request: UpgradeRequest) => void) | null = null;
  const accept = (socket: ServerSocket, request: UpgradeRequest): void => accepted?.(socket, request);
  node.listen(accept);
  const pause = (): Promise<void> => new Promise((resolve) => tools.at(tools.nowMs + 250, resolve));

  const inject: SocketTarget['inject'] = (name, pair) => {
    const kind = FAULT_KINDS.get(name);
    if (kind === undefined) throw new Error(`unknown fault ${name}`);
    faults += 1;
    const target = kind.aims === 'client' && pair !== undefined ? (clientOf.get(pair) ?? '') : NODE;
    const fault: Fault = {
      id: `fault-${faults}`,
      kind: name,
      target,
      atMs: tools.nowMs,
      durationMs: FAULT_MS,
      rate: 1,
    };
    kind.begin(world, fault);
    return () => kind.end?.(world, fault, () => undefined);
  };

  return {
    open: async (options = {}) => {
      dialled += 1;
      const name = `client-${dialled}`;
      if (options.impatient === true) node.webSocketServer({ closeTimeout: IMPATIENT_MS }).on('connection', accept);
      const [serverLog, clientLog]: [string[], string[]] = [[], []];
      const ends = new Promise<[ServerSocket, UpgradeRequest]>((resolve) => {
        accepted = (socket, request) => {
          listenAtServer(socket, serverLog);
          resolve([socket, request]);
        };
      });
      const client = await world.network.connect(new Client(name), NODE, options);
      listenAtClient(client, clientLog);
      const [server, request] = await ends;
      const pair: SocketPair = { server, client, serverLog, clientLog, request };
      clientOf.set(pair, name);
      return pair;
    },
    serve: (options, arrange) => {
      const server = node.webSocketServer(options);
      arrange?.(server);
      return Promise.resolve({
        server,
        dial: (wanted) => {
          dialled += 1;
          return outcomeOf(world.network.connect(new Client(`client-${dialled}`), NODE, wanted));
        },
      });
    },
    dialClosingServer: async () => {
      const server = node.webSocketServer();
      const process = world.nodes.get(NODE);
      if (process?.process == null || !process.stall()) throw new Error('the node cannot stall');
      world.kernel.schedule(0, process.process, () => server.close());
      const outcome = outcomeOf(world.network.connect(new Client('client-late'), NODE));
      await pause();
      process.resume(false);
      return outcome;
    },
    openNowhere: () => world.network.connect(new Client('stranger'), 'node-2'),
    inject,
    resetUnseen: async (pair, act) => {
      const process = world.nodes.get(NODE);
      if (process?.process == null || !process.stall()) throw new Error('the node cannot stall');
      world.kernel.schedule(0, process.process, act);
      inject('connection-loss', pair);
      await pause();
      process.resume(false);
      await pause();
    },
    pause,
  };
}

function outcomeOf(attempt: Promise<{ readonly protocol: string; close(): void }>): Promise<string> {
  return attempt.then(
    ({ protocol }) => `open ${protocol}`.trim(),
    (error: Error) => error.message,
  );
}
