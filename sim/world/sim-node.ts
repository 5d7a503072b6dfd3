/** What a system's `start` gets: the outside, as one process of a node sees it. */
import type { Kernel } from '../kernel/kernel.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { chooseProtocol, type Listener } from '../network/host.ts';
import { addressOf } from '../network/tcp/addresses.ts';
import { FRAME_PORT } from '../network/server/upgrade-request.ts';
import { type ListenPort, SimulatedWebSocketServer } from '../network/server/web-socket-server.ts';
import { createRedisClient } from '../redis/client/create.ts';
import type { RedisTransport } from '../redis/transport/transport.ts';
import { ProcessEndedError } from '../system/process-state.ts';
import type { Clock, Entropy, Json, Probe, RedisClient, RedisOptions, SimNode } from '../system/types.ts';
import type { NodeProcess } from './node-process.ts';
import { strictObject } from './strict-object.ts';

export interface SimNodeParts {
  readonly kernel: Kernel;
  readonly recorder: Recorder;
  readonly redis: RedisTransport;
  readonly configuration: Json;
}

export function createSimNode({ kernel, recorder, redis, configuration }: SimNodeParts, process: NodeProcess): SimNode {
  const name = process.nodeName;
  const refuse = (way: string): never => process.refuse(way);
  let clients = 0;
  const listen = (listener: Listener): void => {
    process.listener = listener;
  };
  const createClient = (options: RedisOptions): RedisClient => {
    clients += 1;
    const connection = `${name}.${process.number}.redis-${clients}`;
    const onNotSimulated = (what: string): void => process.escaped(`Redis command ${what}`);
    const context = { kernel, recorder, transport: redis, process, node: name, name: connection, onNotSimulated };
    const client = createRedisClient({ ...context, createClient, refuse }, options);
    process.emitters.addClient(connection, client);
    return client;
  };
  const port: ListenPort = {
    address: { address: addressOf(name), family: 'IPv4', port: FRAME_PORT },
    listen,
    stopListening: () => {
      process.listener = null;
    },
    later: (callback) => void kernel.schedule(0, process, callback),
    refuse,
  };
  const clock: Clock = {
    monotonicMs: () => process.monotonicMs(),
    wallMs: () => process.wallMs(),
    startTimer: ({ label, owner }, delayMs, fire) => process.startTimer({ label, owner }, delayMs, fire),
  };
  const entropy: Entropy = { id: (label) => process.id(label), fraction: (label) => process.fraction(label) };
  const probe: Probe = { note: (title, fields) => process.note(title, fields) };
  const node: SimNode = {
    name,
    clock: strictObject('node.clock', clock, refuse),
    entropy: strictObject('node.entropy', entropy, refuse),
    probe: strictObject('node.probe', probe, refuse),
    configuration,
    failpoint: (title) => process.failpoint(title),
    listen: (onConnection, { protocols } = {}) =>
      listen({
        decide: (_request, offered, answer) => answer({ protocol: chooseProtocol(offered, protocols) }),
        // Called as a function: as a member of this object, stacks would give it the member's name.
        accept: (socket, request) => onConnection(socket, request),
      }),
    webSocketServer: (options = {}) => new SimulatedWebSocketServer(port, options),
    redis: (options = {}) => {
      if (!process.alive) throw new ProcessEndedError();
      return createClient(options);
    },
  };
  return strictObject('node', node, refuse);
}
