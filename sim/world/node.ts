/**
 * A node: a name under which one life of the system follows another.
 */
import type { Draws } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Json, NodeFaces, RedisFace, RedisOptionsFace, RunningSystem } from '../system/types.ts';
import type { SystemVersion, Versions } from '../system/image.ts';
import { Life, type LifeParts } from './node-process.ts';
import type { Network } from '../network/network.ts';
import { WebSocketServer } from '../network/web-socket-server.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { createRedisClient } from '../redis/client/create.ts';
import { RedisSocket } from '../redis/wire/socket.ts';
import type { RedisServer } from '../redis/transport/transport.ts';
import { Stall } from './node-stall.ts';

export interface NodeParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly network: Network;
  readonly redis: RedisServer;
  readonly versions: Versions;
  readonly configuration: Json;
  readonly life: LifeParts;
}

export type LifeEnd = 'crashed' | 'stopped';

export class SimulatedNode {
  readonly name: string;
  readonly #parts: NodeParts;
  #lives = 0;
  #life: Life | null = null;
  #system: RunningSystem | null = null;
  #stopping: { readonly life: Life; readonly onOver: (how: LifeEnd) => void } | null = null;
  #stall: Stall | null = null;
  #begunAtMs = 0;
  /** What the next life runs. Whoever deploys decides; a crash changes nothing. */
  version: SystemVersion = 'current';

  constructor(parts: NodeParts, name: string) {
    this.#parts = parts;
    this.name = name;
  }

  /** Virtual time at which the life began whose system has not started yet; null when there is none. */
  get startingSinceMs(): number | null {
    return this.#life === null || this.#system !== null ? null : this.#begunAtMs;
  }

  /** The life that runs now; null between two. */
  get life(): Life | null {
    return this.#life;
  }

  /** Begins a life, in an event of its own. Does nothing while one runs. */
  start(): void {
    if (this.#life !== null) return;
    const { kernel, recorder, versions } = this.#parts;
    const instantiate = this.version === 'other' ? versions.instantiateOther : versions.instantiate;
    if (instantiate === undefined) throw new Error('the system has no other version');
    this.#lives += 1;
    const life = new Life(this.#parts.life, this.name, this.#lives, this.version);
    this.#life = life;
    this.#begunAtMs = kernel.nowMs;
    life.onDial = this.#dialer(life);
    kernel.schedule(0, life, () => {
      recorder.node(life, 'started');
      const system = instantiate(life)(this.#faces(life));
      const ready = (running: RunningSystem): void => {
        // Whoever writes no types may return anything.
        this.#system = running ?? {};
        recorder.node(life, 'ready');
      };
      if (system instanceof Promise) system.then(ready, (reason: unknown) => kernel.fail(reason));
      else ready(system);
    });
  }

  /** Ends the life between two steps. What it kept outside itself remains. */
  crash(): boolean {
    if (this.#life === null) return false;
    this.#end(this.#life, 'crashed');
    return true;
  }

  /**
   * Asks the system to end in good order; the life is over when it has, and `onOver` is told then, or when the life ends in another way before.
   * False when there is none to stop, or it is being stopped already.
   */
  stop(onOver: (how: LifeEnd) => void): boolean {
    const life = this.#life;
    const system = this.#system;
    if (life === null || this.#stopping?.life === life) return false;
    this.#stopping = { life, onOver };
    const over = (): void => {
      if (this.#life === life) this.#end(life, 'stopped');
    };
    this.#parts.kernel.schedule(0, life, () => {
      // Whoever writes no types may return anything.
      Promise.resolve(system?.stop?.()).then(over, (reason: unknown) => this.#parts.kernel.fail(reason));
    });
    return true;
  }

  #end(life: Life, how: LifeEnd): void {
    // The record first: whoever judges still finds what the life leaves behind.
    this.#parts.recorder.node(life, how);
    this.#life = null;
    this.#system = null;
    life.alive = false;
    this.#parts.network.hostDied(life);
    for (const session of [...this.#parts.redis.sessions]) {
      if (session.life !== life) continue;
      session.abandoned = true;
      this.#parts.redis.forget(session);
    }
    const stopping = this.#stopping;
    this.#stopping = null;
    stopping?.onOver(how);
  }

  /** The event loop stands still until `goOn`. False when there is no life, or it stands still already. */
  stall(): boolean {
    const life = this.#life;
    if (life === null || life.holds !== null) return false;
    this.#stall = new Stall(this.#parts.kernel, life);
    return true;
  }

  goOn(isTimersFirst: boolean): void {
    this.#stall?.end(isTimersFirst);
    this.#stall = null;
  }

  #dialer(life: Life): () => RedisSocket {
    const { kernel, recorder, redis } = this.#parts;
    let sockets = 0;
    return () => {
      sockets += 1;
      const name = `${this.name}.${life.number}.socket-${sockets}`;
      const onForeign = (): void => life.escaped('node:net Socket.write, to something else than Redis');
      return new RedisSocket({ kernel, recorder, server: redis, life, node: this.name, name, onForeign });
    };
  }

  #faces(life: Life): NodeFaces {
    const { kernel, recorder, redis, configuration } = this.#parts;
    let clients = 0;
    const listen: NodeFaces['listen'] = (onConnection, { protocols } = {}) => {
      life.accept = onConnection;
      life.protocols = protocols ?? null;
    };
    const shut = (): void => {
      life.accept = null;
    };
    const later = (callback: () => void): void => void kernel.schedule(0, life, callback);
    const another = (options: RedisOptionsFace): RedisFace => {
      clients += 1;
      const name = `${this.name}.${life.number}.redis-${clients}`;
      const parts = { kernel, recorder, server: redis, life, node: this.name, name, another };
      return createRedisClient(parts, options);
    };
    return {
      name: this.name,
      clock: life,
      entropy: life,
      probe: life,
      configuration,
      point: (name) => life.point(name),
      listen,
      webSocketServer: (options = {}) => new WebSocketServer({ listen, shut, later }, options),
      redis: (options: RedisOptionsFace = {}) => another(options),
    };
  }
}
