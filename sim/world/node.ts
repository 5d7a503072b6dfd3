/**
 * A node: a name, under which processes of the system run one after another.
 */
import type { Draws } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ProcessExitFields } from '../kernel/record.ts';
import type { Json, RunningSystem } from '../system/types.ts';
import type { LoadedSystem, SystemVersion, Versions } from '../system/image.ts';
import { APP_FOLDER, NODE_PATH } from '../system/program.ts';
import type { Environment, ProcessExit } from '../system/process-state.ts';
import { killedBy } from '../ambient/process/signals.ts';
import { NodeProcess, type NodeProcessParts } from './node-process.ts';
import type { Network } from '../network/network.ts';
import type { BytePeer, PeerEnd } from '../network/tcp/peer-end.ts';
import { stackScope } from '../network/tcp/tcp-network.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { WireConnection } from '../redis/wire/wire-connection.ts';
import type { RedisTransport } from '../redis/transport/transport.ts';
import type { TcpStack } from '../system/tcp.ts';
import { redisHostsIn } from './redis-hosts.ts';
import { mainEnvironment, mainPid, neverListened, RESTARTED_AFTER_MS } from './main-module.ts';
import { NodeStall } from './node-stall.ts';
import { ProcessLifecycle } from './process-lifecycle.ts';
import { createSimNode } from './sim-node.ts';

export interface NodeParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly network: Network;
  readonly redis: RedisTransport;
  readonly versions: Versions;
  readonly configuration: Json;
  readonly process: NodeProcessParts;
  /** What the scenario adds to the environment of a node's processes. */
  readonly env: (node: string) => Environment;
  /** Whether a fault has had an effect in this run. */
  readonly wasDisturbed: () => boolean;
  /** Called when a main module ended for no reason outside of it and has never listened. */
  readonly onNeverListened: (node: string, problem: string) => void;
}

/** Domain that starts processes again. */
const ORCHESTRATOR: Domain = { name: 'orchestrator', alive: true };

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
  /** When the first of the processes began that ended on their own without being ready. */
  #failingSinceMs: number | null = null;
  /** The version that the next process runs. Only a deployment changes it; a crash does not. */
  version: SystemVersion = 'current';

  constructor(parts: NodeParts, name: string) {
    this.#parts = parts;
    this.name = name;
  }

  /**
   * Virtual time at which the current process began, while its system has not started yet; else
   * null. Of processes that end on their own before that, the first counts.
   */
  get startingSinceMs(): number | null {
    if (this.#failingSinceMs !== null) return this.#failingSinceMs;
    return this.#process === null || this.#system !== null ? null : this.#begunAtMs;
  }

  /** Whether its system has started. */
  get isReady(): boolean {
    return this.#system !== null;
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
    const { version } = this;
    const env = this.#parts.env(this.name);
    const process = new NodeProcess(this.#parts.process, this.name, this.#processCount, { version, env });
    process.lifecycle = new ProcessLifecycle(kernel, process, (exit, by) => this.#exited(process, exit, by));
    process.state.control = process.lifecycle;
    this.#process = process;
    this.#begunAtMs = kernel.nowMs;
    process.network = this.#stack(process);
    kernel.schedule(0, process, () => {
      recorder.node(process, 'started');
      const loaded = instantiate(process);
      if (loaded.kind === 'main') {
        this.#runMain(process, loaded);
        return;
      }
      const system = loaded.start(createSimNode(this.#parts, process));
      const ready = (running: RunningSystem): void => {
        // A system without types may return anything.
        this.#system = running ?? {};
        this.#failingSinceMs = null;
        process.emitters.signals.readyAtMs = kernel.nowMs;
        recorder.node(process, 'ready');
      };
      const failed = (reason: unknown): void => kernel.fail(reason);
      if (system instanceof Promise) system.then(ready, failed);
      else ready(system);
    });
  }

  /**
   * Ends the process between two steps, for a reason that the record says. State that it kept
   * outside remains. False while the node is down.
   */
  crash(reason: string): boolean {
    if (this.#process === null) return false;
    const exit = this.#process.state.isMain ? fieldsOf(killedBy('SIGKILL'), 'outside') : undefined;
    this.#end(this.#process, 'crashed', exit, reason);
    return true;
  }

  /**
   * Stops the system gracefully: a main module receives SIGTERM. Calls `onOver` when the process
   * has ended, in this or another way. False while the node is down or stopping already.
   */
  stop(onOver: (how: ProcessEnd) => void): boolean {
    const process = this.#process;
    if (process === null || this.#stopping?.process === process) return false;
    this.#stopping = { process, onOver };
    if (process.state.isMain) {
      process.lifecycle?.receive('SIGTERM');
      return true;
    }
    const over = (): void => {
      if (this.#process === process) this.#end(process, 'stopped');
    };
    this.#parts.kernel.schedule(0, process, () => {
      // Read here, because the process may start in an event of the same time.
      if (process.state.isMain) {
        process.lifecycle?.receive('SIGTERM');
        return;
      }
      // A system without types may return anything.
      Promise.resolve(this.#system?.stop?.()).then(over, (reason: unknown) => this.#parts.kernel.fail(reason));
    });
    return true;
  }

  /** Runs a main module. The node is ready when the module listens or has been evaluated. */
  #runMain(process: NodeProcess, { file, run }: Extract<LoadedSystem, { kind: 'main' }>): void {
    const { kernel, recorder } = this.#parts;
    const { state, lifecycle } = process;
    Object.assign(state, {
      isMain: true,
      env: mainEnvironment(this.name, state.env),
      pid: mainPid(this.name, process.number),
      argv: [NODE_PATH, file],
      cwd: APP_FOLDER,
      startedAtMs: kernel.nowMs,
    });
    const ready = (): void => {
      if (this.#process !== process || this.#system !== null) return;
      this.#system = {};
      this.#failingSinceMs = null;
      process.emitters.signals.readyAtMs = kernel.nowMs;
      recorder.node(process, 'ready');
    };
    process.onListening = () => {
      process.hasListened = true;
      ready();
    };
    // Its timers show the connections that led to them.
    kernel.followPromises();
    lifecycle?.beginMain();
    run().then(
      () => {
        lifecycle?.mainSettled();
        ready();
      },
      (reason: unknown) => {
        lifecycle?.mainSettled();
        kernel.fail(reason);
      },
    );
  }

  /** The process has ended on its own, or a signal killed it. */
  #exited(process: NodeProcess, exit: ProcessExit, by: ProcessExitFields['by']): void {
    const { kernel, wasDisturbed, onNeverListened } = this.#parts;
    const isStopping = this.#stopping?.process === process;
    const isUnexplained = exit.code === 0 || !wasDisturbed();
    if (this.#system === null) this.#failingSinceMs ??= this.#begunAtMs;
    this.#end(process, isStopping || exit.code === 0 ? 'stopped' : 'crashed', fieldsOf(exit, by));
    if (isStopping) return;
    if (process.state.isMain && !process.hasListened && isUnexplained)
      onNeverListened(this.name, neverListened(exit, kernel.nowMs));
    kernel.schedule(RESTARTED_AFTER_MS * 1000, ORCHESTRATOR, () => {
      if (this.#processCount === process.number) this.start();
    });
  }

  #end(process: NodeProcess, how: ProcessEnd, exit?: ProcessExitFields, reason?: string): void {
    process.flushOutput();
    // The record first, so that checkers can still look at what the process leaves behind.
    this.#parts.recorder.node(process, how, exit, reason);
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

  /** The TCP of a process. Its connections to Redis lead to the server's end of Redis' protocol. */
  #stack(process: NodeProcess): TcpStack {
    const { kernel, recorder, redis, network } = this.#parts;
    const onForeignProtocol = (): void => process.escaped('node:net Socket.write, to something else than Redis');
    const onNotSimulated = (what: string): void => process.escaped(`Redis command ${what}`);
    let sockets = 0;
    let connections = 0;
    const dialRedis = (socket: PeerEnd): BytePeer => {
      sockets += 1;
      // One read may contain the replies to the commands of many connections.
      kernel.followPromises();
      const name = `${this.name}.${process.number}.socket-${sockets}`;
      const client = { recorder, transport: redis, process, node: this.name, name, onNotSimulated };
      return new WireConnection({ ...client, socket, onForeignProtocol });
    };
    const owner = {
      name: this.name,
      domain: process,
      scope: stackScope(process.name),
      operation: null,
      nextConnection: () => (connections += 1),
    };
    return network.tcp.stackOf(owner, {
      host: process,
      dialRedis,
      redisHosts: () => (process.state.isMain ? redisHostsIn(process.state.env) : 'all'),
      onListening: () => process.onListening(),
      onUnreachable: (what) => recorder.probe(this.name, process.number, 'sim.unreachable', { what }),
    });
  }
}

function fieldsOf({ code, signal }: ProcessExit, by: ProcessExitFields['by']): ProcessExitFields {
  return { code, signal: signal ?? '', by };
}
