/**
 * The one Redis server that all nodes share, and the connections to it.
 *
 * Fault model. A command travels to the server, is applied, and its reply travels back, in order on each connection. It may be lost before it
 * is applied, or its reply may be lost after it was: either way the connection breaks and every command in flight on it fails,
 * as over TCP. It may be answered by an error instead of being applied. The server may be away: connections
 * break and new ones are refused. It never applies a command twice, never answers out of order, never loses what it has applied.
 */
import { type Draws, type Scope, scopeOf } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Fault, OpenFaults } from '../fault.ts';
import type { Recorder } from '../recorder.ts';
import type { RedisEngine } from './engine.ts';
import type { RedisReply, SentCommand, Session } from './session.ts';

const REDIS: Domain = { name: 'redis', alive: true };

/** Delay of one way between a node and Redis: mostly well below a millisecond, at the worst 20. */
function delayUs(fraction: number): number {
  const square = fraction * fraction;
  return 100 + 20_000 * square * square * square;
}

const SERVER_ERRORS = [
  'LOADING Redis is loading the dataset in memory',
  "OOM command not allowed when used memory > 'maxmemory'.",
];

export interface RedisServerParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly faults: OpenFaults;
  readonly engine: RedisEngine;
  readonly hit: (fault: Fault, detail: string) => void;
  /** Brings ioredis-mock's time up to the kernel's. */
  readonly synchronise: () => void;
}

export class RedisServer {
  readonly #parts: RedisServerParts;
  readonly #sessions = new Set<Session>();
  readonly #counts = new Map<string, { scope: Scope; count: number }>();
  #awayCount = 0;
  #commands = 0;

  constructor(parts: RedisServerParts) {
    this.#parts = parts;
  }

  get isAway(): boolean {
    return this.#awayCount > 0;
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  nextNumber(): number {
    this.#commands += 1;
    return this.#commands;
  }

  /** A connection attempt: answered after a round trip, by `onReady` or by `onRefused`. */
  connect(session: Session, onReady: () => void, onRefused: () => void): void {
    const roundTripUs = this.#delayUs(`${session.node}/redis/connect`) + this.#delayUs(`${session.node}/redis/connect`);
    this.#parts.kernel.schedule(roundTripUs, session.life, () => {
      if (this.isAway) {
        onRefused();
        return;
      }
      session.open = true;
      this.#sessions.add(session);
      onReady();
    });
  }

  send(session: Session, command: SentCommand): void {
    const { kernel, recorder } = this.#parts;
    recorder.command(session, command, 'sent');
    const arrivesAtUs = Math.max(
      session.lastArrivalUs,
      kernel.nowUs + this.#commandDelayUs(session, command, 'request'),
    );
    session.lastArrivalUs = arrivesAtUs;
    kernel.scheduleAt(arrivesAtUs, REDIS, () => this.#arrive(session, command));
  }

  /** Breaks a connection: the client learns of it in its own time. */
  break(session: Session): void {
    if (!session.open) return;
    session.open = false;
    this.#sessions.delete(session);
    this.#parts.kernel.schedule(this.#delayUs(`${session.node}/redis/break`), session.life, () => session.onBroken());
  }

  /** The client closed the connection, or its process is gone; what it had sent may still be applied. */
  forget(session: Session): void {
    this.#sessions.delete(session);
  }

  goAway(): number {
    this.#awayCount += 1;
    const sessions = [...this.#sessions];
    for (const session of sessions) this.break(session);
    return sessions.length;
  }

  comeBack(): void {
    this.#awayCount = Math.max(0, this.#awayCount - 1);
  }

  #arrive(session: Session, command: SentCommand): void {
    const { recorder } = this.#parts;
    if (!session.open && !session.abandoned) {
      recorder.command(session, command, 'lost');
      return;
    }
    const lost = this.#struckBy('redis-request-lost', session, command);
    if (lost !== null) {
      recorder.command(session, command, 'lost');
      this.break(session);
      return;
    }
    const error = this.#struckBy('redis-error', session, command);
    if (error !== null) {
      const pick = this.#parts.draws.integer(scopeOf(error.id, 'error'), command.number, 0, SERVER_ERRORS.length - 1);
      this.#reply(session, command, { error: new Error(SERVER_ERRORS[pick]) });
      return;
    }
    this.#apply(session, command);
  }

  #apply(session: Session, command: SentCommand): void {
    const { recorder, engine, synchronise } = this.#parts;
    synchronise();
    recorder.command(session, command, 'applied');
    const own = this.#applyChannels(session, command);
    const done = own === null ? engine.apply(command.name, command.parameters) : Promise.resolve(own);
    const replyLost = this.#struckBy('redis-reply-lost', session, command) !== null;
    done.then(
      (value) => {
        if (replyLost) this.break(session);
        else this.#reply(session, command, { value });
      },
      (error: Error) => {
        if (replyLost) this.break(session);
        else this.#reply(session, command, { error });
      },
    );
  }

  /** Publish and subscribe belong to connections, which ioredis-mock does not model; null for every other command. */
  #applyChannels(session: Session, command: SentCommand): number | null {
    const [channel, text] = command.parameters.map(String);
    switch (command.name) {
      case 'subscribe':
        for (const name of command.parameters) session.channels.add(String(name));
        return session.channels.size;
      case 'unsubscribe':
        for (const name of command.parameters) session.channels.delete(String(name));
        return session.channels.size;
      case 'publish':
        return this.#publish(channel ?? '', text ?? '');
      default:
        return null;
    }
  }

  #publish(channel: string, text: string): number {
    let receivers = 0;
    for (const session of [...this.#sessions]) {
      if (!session.channels.has(channel)) continue;
      receivers += 1;
      this.#towards(session, this.#delayUs(`${session.node}/redis/message/${channel}`), () =>
        session.onMessage(channel, text),
      );
    }
    return receivers;
  }

  #reply(session: Session, command: SentCommand, reply: RedisReply): void {
    this.#towards(session, this.#commandDelayUs(session, command, 'reply'), () => command.settle(reply));
  }

  /** Everything to a client arrives in order: mostly in a turn of its own, now and then together with what came before. */
  #towards(session: Session, delay: number, deliver: () => void): void {
    const { kernel, draws } = this.#parts;
    const last = session.lastReply;
    session.replies += 1;
    const together = draws.fraction(session.scope, session.replies) < 0.2;
    if (together && last !== null && last.entry.deliver !== null) {
      last.batch.push(deliver);
      return;
    }
    const batch = [deliver];
    const atUs = Math.max(last?.entry.atUs ?? 0, kernel.nowUs + Math.ceil(delay));
    const entry = kernel.scheduleAt(atUs, session.life, () => {
      if (!session.open) return;
      for (const next of batch) next();
    });
    session.lastReply = { entry, batch };
  }

  #struckBy(kind: string, session: Session, command: SentCommand): Fault | null {
    const { faults, draws, hit } = this.#parts;
    if (faults.none) return null;
    for (const fault of faults.of(kind, session.node)) {
      const chance = this.#count(`${fault.id}/${session.node}/${command.name}/${command.key}`);
      if (draws.fraction(chance.scope, chance.count) >= fault.rate) continue;
      hit(fault, `${command.name} ${command.key}`);
      return fault;
    }
    return null;
  }

  #commandDelayUs(session: Session, command: SentCommand, way: 'request' | 'reply'): number {
    return this.#delayUs(`${session.node}/redis/${way}/${command.name}/${command.key}`);
  }

  #delayUs(name: string): number {
    const { scope, count } = this.#count(name);
    return Math.ceil(delayUs(this.#parts.draws.fraction(scope, count)));
  }

  /** The narrowest stable name of a choice, and how often it has been made. */
  #count(name: string): { scope: Scope; count: number } {
    let counted = this.#counts.get(name);
    if (counted === undefined) {
      counted = { scope: scopeOf(...name.split('/')), count: 0 };
      this.#counts.set(name, counted);
    } else {
      counted.count += 1;
    }
    return counted;
  }
}
