/**
 * The world of one run: its nodes, network and Redis, and their faults.
 */
import { type Circumstances, USUAL_CIRCUMSTANCES } from '../kernel/circumstances.ts';
import { type ChoiceOverrides, Draws, type DrawsOptions, scopeOf } from '../kernel/draws.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { LoopEnd } from '../kernel/kernel-options.ts';
import type { RunRecord } from '../kernel/record.ts';
import { createStrategy, type StrategyName } from '../kernel/strategy.ts';
import type { Domain } from '../kernel/heap.ts';
import type { Seed } from '../kernel/seed.ts';
import type { Json } from '../system/types.ts';
import { simulatedPath } from '../system/stack-frames.ts';
import { Client } from '../network/client.ts';
import { NO_FAULTS, FaultyConditions } from './conditions.ts';
import type { Deployment } from './deployment.ts';
import { type Fault, ActiveFaults } from '../kernel/fault.ts';
import type { BrowserHost, SystemImage } from '../system/image.ts';
import type { Environment, EnvironmentDraw } from '../system/process-state.ts';
import { Ledger } from './ledger.ts';
import { EPOCH_MS, LibraryGlobals } from '../ambient/library-globals.ts';
import { NodeDefaults } from '../ambient/node-defaults.ts';
import { isRepeatable } from './node-warning.ts';
import { NodeProcess, type NodeProcessParts } from './node-process.ts';
import { Latency } from '../network/latency.ts';
import type { MixedVersions } from './mixed-versions.ts';
import type { ClientLibraries } from '../network/client-libraries.ts';
import type { ClientSocket, ConnectOptions } from '../network/client-socket.ts';
import { Network } from '../network/network.ts';
import { dialWebSocket } from '../network/tcp/browser-socket.ts';
import { type NodeParts, SimulatedNode } from './node.ts';
import { Recorder } from '../kernel/recorder.ts';
import { NamedChoices } from '../kernel/choices.ts';
import type { RedisEngine, RedisSnapshot } from '../redis/server/engine.ts';
import { RedisTransport } from '../redis/transport/transport.ts';

export interface WorldOptions extends DrawsOptions {
  readonly seed: Seed;
  readonly choices: ChoiceOverrides;
  /** `latency-random` when absent. */
  readonly strategy?: StrategyName | undefined;
  readonly changesMs?: readonly number[] | undefined;
  readonly nodes: number;
  /** Usual when absent. */
  readonly circumstances?: Circumstances | undefined;
  readonly image: SystemImage;
  readonly configuration: Json;
  /** Whether processes share the system's modules, evaluated once. */
  readonly sharedModules?: boolean | undefined;
  readonly engine: RedisEngine;
  /** Keep every record, and collect the names of functions. */
  readonly detailed: boolean;
  /** Keep the stack of every record as well. As `detailed` when absent. */
  readonly keepsPaths?: boolean | undefined;
  readonly stepsMax: number;
  readonly onStep?: ((step: number) => void) | undefined;
  readonly onEscape: NodeProcessParts['onEscape'];
  /** What is added to the environment of a node's processes. */
  readonly env?: ((node: string, draw: EnvironmentDraw) => Environment) | undefined;
  readonly onNeverListened?: NodeParts['onNeverListened'] | undefined;
}

/** Sees a run as it happens, to check it. */
export interface Observer {
  observe(record: RunRecord): void;
  quiescent(): void;
}

/** Name of the process that answers for code outside the nodes that is not an actor's. */
export const OUTSIDE = 'outside';

/** Number of steps at one virtual time that counts as an endless loop. */
const FROZEN_STEPS_MAX = 100_000;

export class World {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly faults = new ActiveFaults();
  readonly network: Network;
  readonly redis: RedisTransport;
  readonly nodes: ReadonlyMap<string, SimulatedNode>;
  readonly ledger: Ledger;
  /** Faults whose time is over and that have not ended yet. */
  readonly endingFaults = new Set<Fault>();
  /** The deployments that have begun and not ended. */
  readonly deployments = new Map<Fault, Deployment | MixedVersions>();
  /** Whether nodes can run another version of the system. */
  readonly hasOtherVersion: boolean;
  #observer: Observer | null = null;
  readonly #libraries: LibraryGlobals;
  readonly #defaults = new NodeDefaults();
  readonly #image: SystemImage;
  readonly #clientLibraries: ClientLibraries | null;
  readonly #engine: RedisEngine;
  readonly #hits = new Map<string, number>();
  readonly #outsideProcesses = new Map<string, NodeProcess>();
  readonly #outsideParts: NodeProcessParts;
  readonly #hitOnce = new Set<string>();

  constructor(options: WorldOptions) {
    const { onStep, stepsMax, circumstances = USUAL_CIRCUMSTANCES } = options;
    const draws = new Draws(options.seed, options.choices, options);
    const strategy = createStrategy(options.strategy ?? 'latency-random', draws, options.changesMs);
    const kernel = new Kernel({
      priorityOf: strategy.priorityOf?.bind(strategy),
      keepsCauses: options.detailed,
      stepsMax,
      frozenStepsMax: FROZEN_STEPS_MAX,
      onQuiescent: () => this.#observer?.quiescent(),
      onWarning: (warning) => {
        const { current } = kernel;
        if (!isRepeatable(warning) || (current.reports ?? null) === null)
          recorder.print(whoIs(current), `warning: ${warning.message}`);
      },
      onStep,
    });
    const observe = (record: RunRecord) => this.#observer?.observe(record);
    const pathOfCaller = options.keepsPaths === false ? undefined : simulatedPath;
    const recorder = new Recorder(kernel, { keepAll: options.detailed, observe, pathOfCaller });
    const libraries = new LibraryGlobals(kernel, draws);
    const hit = (fault: Pick<Fault, 'id' | 'kind'>, detail: string) => this.hit(fault, detail);
    const latency = new Latency({ minMs: 0.5, maxMs: 60 }, { kernel, strategy }, this.faults, hit);
    const names = Array.from({ length: options.nodes }, (_, index) => `node-${index + 1}`);
    const network = new Network({
      nodes: names,
      circumstances,
      kernel,
      draws,
      recorder,
      latency,
      faults: this.faults,
      hit,
      hostOf: (node) => this.nodes.get(node)?.process ?? null,
      refuseClient: (client, way) => this.processOf(client).refuse(way),
    });
    const redis = new RedisTransport({
      kernel,
      draws,
      strategy,
      recorder,
      faults: this.faults,
      engine: options.engine,
      hit,
    });
    const conditions = new FaultyConditions({ kernel, draws, faults: this.faults, hit, circumstances });
    const { detailed, onEscape } = options;
    const { fileAt } = options.image;
    const process = { kernel, draws, recorder, conditions, detailed, onEscape, fileAt };
    const draw: EnvironmentDraw = { fraction: (name) => draws.fraction(scopeOf('env', name), 0) };
    const env = new Map(names.map((name) => [name, options.env?.(name, draw) ?? {}]));
    const parts: NodeParts = {
      kernel,
      draws,
      recorder,
      network,
      redis,
      process,
      configuration: options.configuration,
      env: (name) => env.get(name) ?? {},
      wasDisturbed: () => this.#hits.size > 0,
      onNeverListened: options.onNeverListened ?? (() => undefined),
      versions: (options.sharedModules === true ? options.image.shared : undefined) ?? options.image,
    };
    this.hasOtherVersion = options.image.instantiateOther !== undefined;
    this.kernel = kernel;
    this.draws = draws;
    this.recorder = recorder;
    this.network = network;
    this.redis = redis;
    this.nodes = new Map(names.map((name) => [name, new SimulatedNode(parts, name)]));
    this.ledger = new Ledger({ kernel, nodes: this.nodes, network, redis, engine: options.engine });
    this.#outsideParts = { ...process, conditions: NO_FAULTS };
    this.#libraries = libraries;
    this.#image = options.image;
    this.#clientLibraries = (options.image.clientLibraries as ClientLibraries | undefined) ?? null;
    this.#engine = options.engine;
  }

  /**
   * The process that answers for ambient names in code outside the nodes. Each actor has its own,
   * so that its random values do not depend on other actors; all other code shares one.
   */
  processOf(domain: Domain): NodeProcess {
    const name = domain instanceof Client ? domain.name : OUTSIDE;
    let process = this.#outsideProcesses.get(name);
    if (process === undefined) {
      process = new NodeProcess(this.#outsideParts, name, 0);
      if (domain instanceof Client) {
        process.network = this.network.stackOfClient(domain);
        process.browser = this.#browserOf(domain);
      }
      this.#outsideProcesses.set(name, process);
    }
    return process;
  }

  /**
   * Connects an actor to a node: over whole frames to a node that listens for them, else over TCP
   * and HTTP, on the first port that the node listens on.
   */
  connect(client: Client, node: string, options: ConnectOptions = {}): Promise<ClientSocket> {
    if (options.url !== undefined && !/^[/?]/.test(options.url))
      throw new TypeError(`connect takes a path as its url, not ${options.url}; the node is its first argument`);
    const front = this.network.tcp.ports.frontOf(node);
    const libraries = this.#clientLibraries;
    if (front === undefined || libraries === null) return this.network.connect(client, node, options);
    return dialWebSocket(libraries, { node, ...front }, options, {
      refuse: (way) => this.processOf(client).refuse(way),
      later: (act) => void this.kernel.schedule(0, client, act),
    });
  }

  #browserOf(client: Client): BrowserHost {
    return {
      openedWebSocket: (socket) => client.onWebSocket?.(socket),
      problemWith: (name) => {
        const accepts = (this.nodes.get(name)?.process?.listener ?? null) !== null;
        if (!accepts || this.network.tcp.ports.frontOf(name) !== undefined) return null;
        return `${name} has no port: it takes connections by node.listen or node.webSocketServer, which only connect() of an actor reaches`;
      },
    };
  }

  /** Sets the observer of every record and every quiescent step. Must be called before the run. */
  watch(observer: Observer): void {
    this.#observer = observer;
  }

  /** Virtual wall time in milliseconds, without the skew of any node. */
  get wallMs(): number {
    return EPOCH_MS + Math.floor(this.kernel.nowMs);
  }

  /** Number of effects of each kind of fault. */
  get hits(): ReadonlyMap<string, number> {
    return this.#hits;
  }

  /** Counts an effect of a fault, and records it unless the fault has hit the same thing before. */
  hit(fault: Pick<Fault, 'id' | 'kind'>, detail: string): void {
    this.#hits.set(fault.kind, (this.#hits.get(fault.kind) ?? 0) + 1);
    const once = `${fault.id} ${detail}`;
    if (this.#hitOnce.has(once)) return;
    this.#hitOnce.add(once);
    this.recorder.fault(fault.id, fault.kind, '', 'hit', detail);
  }

  /** The data of Redis now, for a fault to restore later. */
  snapshotRedis(): RedisSnapshot {
    return this.#engine.snapshot();
  }

  restoreRedis(snapshot: RedisSnapshot): void {
    this.#engine.restore(snapshot);
  }

  /**
   * Runs to the end, with virtual globals for the simulator's libraries. `before` and `after` run
   * outside of these.
   */
  async run(around: { before?: () => void; after?: () => void } = {}): Promise<LoopEnd> {
    return this.kernel.run({
      before: () => {
        around.before?.();
        this.#beginRedis();
        this.#defaults.install();
        this.#libraries.install();
      },
      after: () => {
        this.network.release();
        this.#libraries.uninstall();
        this.#defaults.uninstall();
        this.#image.release?.();
        around.after?.();
      },
    });
  }

  #beginRedis(): void {
    const lots = new NamedChoices();
    this.#engine.begin({
      nowMs: () => this.wallMs,
      fraction: (label) => {
        const { scope, count } = lots.next(`redis/lots/${label}`);
        return this.draws.fraction(scope, count);
      },
    });
    this.redis.begin();
  }
}

function whoIs(domain: Domain): string {
  return domain instanceof NodeProcess ? domain.nodeName : domain.name;
}
