/**
 * The one Redis server that all nodes share, and the connections to it.
 *
 * Fault model. A command travels to the server, is applied, and its reply travels back, in order on each connection. It may be lost before it
 * is applied, or its reply may be lost after it was: either way the connection breaks and every command in flight on it fails,
 * as over TCP. It may be answered by an error instead of being applied. The server may be away: connections
 * break and new ones are refused. It never applies a command twice, never answers out of order, never loses what it has applied.
 */
import { type Draws, type Scope, scopeOf, subscope } from '../../kernel/draws.ts';
import { mix } from '../../kernel/hash.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Fault, OpenFaults } from '../fault.ts';
import type { Recorder } from '../recorder.ts';
import { replyError, serverErrors } from './commands.ts';
import type { RedisEngine } from './engine.ts';
import type { RedisReply, SentCommand, Session } from './session.ts';

const REDIS: Domain = { name: 'redis', alive: true };

/** Delay of one way between a node and Redis: mostly well below a millisecond, at the worst 20. */
function delayUs(fraction: number): number {
  const square = fraction * fraction;
  return 100 + 20_000 * square * square * square;
}

/** A choice's name, and which of its choices it is. */
interface Choice {
  readonly scope: Scope;
  readonly count: number;
}

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
  readonly #choices = new Map<string, Choice>();
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
    const way = (): number => this.#delayOf(this.#next(`${session.node}/redis/connect`));
    this.#parts.kernel.schedule(way() + way(), session.life, () => {
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
      kernel.nowUs + this.#delayOf(this.#nextFor(session, command, 'request')),
    );
    session.lastArrivalUs = arrivesAtUs;
    kernel.scheduleAt(arrivesAtUs, REDIS, () => this.#arrive(session, command));
  }

  /** Breaks a connection: the client learns of it in its own time. */
  break(session: Session): void {
    if (!session.open) return;
    session.open = false;
    this.#sessions.delete(session);
    const delay = this.#delayOf(this.#next(`${session.node}/redis/break`));
    this.#parts.kernel.schedule(delay, session.life, () => session.onBroken());
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
    if (this.isAway || (!session.open && !session.abandoned)) {
      recorder.command(session, command, 'lost');
      return;
    }
    const lost = this.#struckBy('redis-request-lost', session, command);
    if (lost !== null) {
      recorder.command(session, command, 'lost');
      this.break(session);
      return;
    }
    const error = this.#errorFor(session, command);
    if (error !== null) this.#reply(session, command, { error: replyError(error) });
    else this.#apply(session, command);
  }

  #errorFor(session: Session, command: SentCommand): string | null {
    const errors = serverErrors(command.name);
    if (errors.length === 0) return null;
    const struck = this.#struckBy('redis-error', session, command);
    if (struck === null) return null;
    const pick = this.#parts.draws.integer(subscope(struck.scope, 'error'), struck.count, 0, errors.length - 1);
    return errors[pick] ?? null;
  }

  #apply(session: Session, command: SentCommand): void {
    const { recorder, engine, synchronise } = this.#parts;
    synchronise();
    recorder.command(session, command, 'applied');
    const own = this.#applyToConnection(session, command);
    const done = own === null ? engine.apply(command.name, command.parameters) : Promise.resolve(own);
    const replyLost = this.#struckBy('redis-reply-lost', session, command) !== null;
    done.then(
      (value) => {
        if (replyLost) this.break(session);
        else this.#reply(session, command, { value });
      },
      (error: Error) => {
        if (replyLost) this.break(session);
        else this.#reply(session, command, { error: replyError(error.message) });
      },
    );
  }

  /** What belongs to connections, which ioredis-mock does not model; null for every other command. */
  #applyToConnection(session: Session, command: SentCommand): number | string | null {
    const names = command.parameters.map(String);
    switch (command.name) {
      case 'subscribe':
        for (const name of names) session.channels.add(name);
        return session.channels.size;
      case 'unsubscribe':
        for (const name of names.length === 0 ? [...session.channels] : names) session.channels.delete(name);
        return session.channels.size;
      case 'publish':
        return this.#publish(names[0] ?? '', names[1] ?? '');
      case 'quit':
        this.#sessions.delete(session);
        return 'OK';
      default:
        return null;
    }
  }

  #publish(channel: string, text: string): number {
    let receivers = 0;
    for (const session of [...this.#sessions]) {
      if (!session.channels.has(channel)) continue;
      receivers += 1;
      const choice = this.#next(`${session.node}/redis/message/${channel}`);
      this.#towards(session, choice, () => session.onMessage(channel, text));
    }
    return receivers;
  }

  #reply(session: Session, command: SentCommand, reply: RedisReply): void {
    this.#towards(session, this.#nextFor(session, command, 'reply'), () => command.settle(reply));
    // The server's end of the connection comes right after its last answer.
    if (command.name === 'quit' && session.open)
      this.#parts.kernel.scheduleAt(session.lastReply?.entry.atUs ?? 0, session.life, () => this.#finish(session));
  }

  #finish(session: Session): void {
    if (!session.open) return;
    session.open = false;
    session.onBroken();
  }

  /** Everything to a client arrives in order: mostly in a turn of its own, now and then together with what came before. */
  #towards(session: Session, choice: Choice, deliver: () => void): void {
    const { kernel, draws } = this.#parts;
    const last = session.lastReply;
    const arrive = (): void => {
      kernel.cause = mix(choice.scope.hash, choice.count);
      deliver();
    };
    const together = draws.fraction(subscope(choice.scope, 'together'), choice.count) < 0.2;
    if (together && last !== null && last.entry.deliver !== null) {
      last.batch.push(arrive);
      return;
    }
    const batch = [arrive];
    const atUs = Math.max(last?.entry.atUs ?? 0, kernel.nowUs + this.#delayOf(choice));
    const entry = kernel.scheduleAt(atUs, session.life, () => {
      for (const next of batch) if (session.open) next();
    });
    session.lastReply = { entry, batch };
  }

  #struckBy(kind: string, session: Session, command: SentCommand): Choice | null {
    const { faults, draws, hit } = this.#parts;
    if (faults.none) return null;
    for (const fault of faults.of(kind, session.node)) {
      const chance = this.#next(`${fault.id}/${session.node}/${command.name}/${command.key}`);
      if (draws.fraction(chance.scope, chance.count) >= fault.rate) continue;
      hit(fault, `${command.name} ${command.key}`);
      return chance;
    }
    return null;
  }

  #nextFor(session: Session, command: SentCommand, way: 'request' | 'reply'): Choice {
    return this.#next(`${session.node}/redis/${way}/${command.name}/${command.key}`);
  }

  #delayOf({ scope, count }: Choice): number {
    return Math.ceil(delayUs(this.#parts.draws.fraction(scope, count)));
  }

  /** The next choice of a name: the narrowest that stays the same when others are left out. */
  #next(name: string): Choice {
    const known = this.#choices.get(name);
    const choice =
      known === undefined ? { scope: scopeOf(name), count: 0 } : { scope: known.scope, count: known.count + 1 };
    this.#choices.set(name, choice);
    return choice;
  }
}
