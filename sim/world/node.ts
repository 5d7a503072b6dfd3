/**
 * A node: a name, under which processes of the system run one after another.
 */
import type { Draws } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Json, SimNode, RedisClient, RedisOptions, RunningSystem } from '../system/types.ts';
import type { SystemVersion, Versions } from '../system/image.ts';
import { NodeProcess, type NodeProcessParts } from './node-process.ts';
import { ByteSocket } from '../network/byte-socket.ts';
import type { Network } from '../network/network.ts';
import { SimulatedWebSocketServer } from '../network/web-socket-server.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { createRedisClient } from '../redis/client/create.ts';
import { WireConnection } from '../redis/wire/wire-connection.ts';
import type { RedisTransport } from '../redis/transport/transport.ts';
import { NodeStall } from './node-stall.ts';

export interface NodeParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly network: Network;
  readonly redis: RedisTransport;
  readonly versions: Versions;
  readonly configuration: Json;
  readonly process: NodeProcessParts;
}

/** Every socket to Redis has these addresses, whatever the system dialled. */
const REDIS_ADDRESS = { address: '127.0.0.1', port: 6379 } as const;
const SOCKET_ADDRESS = { address: '127.0.0.1', port: 50_000 } as const;

export type ProcessEnd = 'crashed' | 'stopped';

export class SimulatedNode {
  readonly name: string;
  readonly #parts: NodeParts;
  #processCount = 0;
  #process: NodeProcess | null = null;
  #system: RunningSystem | null = null;
  #stopping: { readonly process: NodeProcess; readonly onOver: (how: ProcessEnd) => void } | null = null;
  #stall: NodeStall | null = null;
  #begunAtMs = 0;
  /** The version that the next process runs. Only a deployment changes it; a crash does not. */
  version: SystemVersion = 'current';

  constructor(parts: NodeParts, name: string) {
    this.#parts = parts;
    this.name = name;
  }

  /**
   * Virtual time at which the current process began, while its system has not started yet; else
   * null.
   */
  get startingSinceMs(): number | null {
    return this.#process === null || this.#system !== null ? null : this.#begunAtMs;
  }

  /** The current process; null while the node is down. */
  get process(): NodeProcess | null {
    return this.#process;
  }

  /** Starts a process in a new event. Does nothing while one runs. */
  start(): void {
    if (this.#process !== null) return;
    const { kernel, recorder, versions } = this.#parts;
    const instantiate = this.version === 'other' ? versions.instantiateOther : versions.instantiate;
    if (instantiate === undefined) throw new Error('the system has no other version');
    this.#processCount += 1;
    const process = new NodeProcess(this.#parts.process, this.name, this.#processCount, this.version);
    this.#process = process;
    this.#begunAtMs = kernel.nowMs;
    process.onConnectToRedis = this.#redisConnector(process);
    kernel.schedule(0, process, () => {
      recorder.node(process, 'started');
      const loaded = instantiate(process);
      const ready = (running: RunningSystem): void => {
        // A system without types may return anything.
        this.#system = running ?? {};
        recorder.node(process, 'ready');
      };
      const failed = (reason: unknown): void => kernel.fail(reason);
      if (loaded.kind === 'main') {
        loaded.run().then(() => ready({}), failed);
        return;
      }
      const system = loaded.start(this.#simNode(process));
      if (system instanceof Promise) system.then(ready, failed);
      else ready(system);
    });
  }

  /**
   * Ends the process between two steps. State that it kept outside remains. False while the node is
   * down.
   */
  crash(): boolean {
    if (this.#process === null) return false;
    this.#end(this.#process, 'crashed');
    return true;
  }

  /**
   * Stops the system gracefully. Calls `onOver` when the process has ended, in this or another way.
   * False while the node is down or stopping already.
   */
  stop(onOver: (how: ProcessEnd) => void): boolean {
    const process = this.#process;
    const system = this.#system;
    if (process === null || this.#stopping?.process === process) return false;
    this.#stopping = { process, onOver };
    const over = (): void => {
      if (this.#process === process) this.#end(process, 'stopped');
    };
    this.#parts.kernel.schedule(0, process, () => {
      // A system without types may return anything.
      Promise.resolve(system?.stop?.()).then(over, (reason: unknown) => this.#parts.kernel.fail(reason));
    });
    return true;
  }

  #end(process: NodeProcess, how: ProcessEnd): void {
    // The record first, so that checkers can still look at what the process leaves behind.
    this.#parts.recorder.node(process, how);
    this.#process = null;
    this.#system = null;
    process.alive = false;
    this.#parts.network.hostEnded(process);
    for (const session of [...this.#parts.redis.sessions]) {
      if (session.process !== process) continue;
      session.abandoned = true;
      this.#parts.redis.forget(session);
    }
    const stopping = this.#stopping;
    this.#stopping = null;
    stopping?.onOver(how);
  }

  /** Stalls the event loop until `resume`. False while the node is down or stalled already. */
  stall(): boolean {
    const process = this.#process;
    if (process === null || process.holds !== null) return false;
    this.#stall = new NodeStall(this.#parts.kernel, process);
    return true;
  }

  resume(isTimersFirst: boolean): void {
    this.#stall?.end(isTimersFirst);
    this.#stall = null;
  }

  /**
   * Opens sockets to Redis: the network's byte socket, with the server's end of the Redis protocol
   * as its peer.
   */
  #redisConnector(process: NodeProcess): () => ByteSocket {
    const { kernel, recorder, redis } = this.#parts;
    const onForeignProtocol = (): void => process.escaped('node:net Socket.write, to something else than Redis');
    let sockets = 0;
    return () => {
      sockets += 1;
      const name = `${this.name}.${process.number}.socket-${sockets}`;
      const client = { kernel, recorder, transport: redis, process, node: this.name, name };
      return new ByteSocket(
        { kernel, process, local: SOCKET_ADDRESS, remote: REDIS_ADDRESS },
        (socket) => new WireConnection({ ...client, socket, onForeignProtocol }),
      );
    };
  }

  #simNode(process: NodeProcess): SimNode {
    const { kernel, recorder, redis, configuration } = this.#parts;
    let clients = 0;
    const listen: SimNode['listen'] = (onConnection, { protocols } = {}) => {
      process.accept = onConnection;
      process.protocols = protocols ?? null;
    };
    const stopListening = (): void => {
      process.accept = null;
    };
    const later = (callback: () => void): void => void kernel.schedule(0, process, callback);
    const createClient = (options: RedisOptions): RedisClient => {
      clients += 1;
      const name = `${this.name}.${process.number}.redis-${clients}`;
      const context = { kernel, recorder, transport: redis, process, node: this.name, name, createClient };
      return createRedisClient(context, options);
    };
    return {
      name: this.name,
      clock: process,
      entropy: process,
      probe: process,
      configuration,
      failpoint: (name) => process.failpoint(name),
      listen,
      webSocketServer: (options = {}) => new SimulatedWebSocketServer({ listen, stopListening, later }, options),
      redis: (options: RedisOptions = {}) => createClient(options),
    };
  }
}
