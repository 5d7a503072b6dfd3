/**
 * The one Redis server that all nodes share, and the connections to it.
 *
 * Fault model. A command travels to the server, is applied, and its reply travels back, in order on each connection. It may be lost before it
 * is applied, or its reply may be lost after it was: either way the connection breaks and every command in flight on it fails,
 * as over TCP. It may find the connection not writable and never leave; it may be answered by an error instead of being applied; its
 * reply may come late, and with it all behind it. A message may miss its subscribers, and nobody is told, nor its publisher. The server may be away:
 * connections break and new ones are refused; what it then comes back with, restart.ts says. It never applies a command twice, and
 * never answers out of order.
 */
import { type Draws, subscope } from '../../kernel/draws.ts';
import { mix } from '../../kernel/hash.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Strategy } from '../../kernel/strategy.ts';
import type { Fault, ActiveFaults } from '../../kernel/fault.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import { serverErrors } from '../server/command-table.ts';
import { type Choice, NamedChoices } from '../../kernel/choices.ts';
import type { RedisEngine } from '../server/engine.ts';
import { type Confirmations, RedisError, type Reply } from '../model/reply.ts';
import { RedisServer } from '../server/server.ts';
import type { Message, Session } from '../server/session.ts';
import type { RedisReply, SentCommand } from '../server/sent-command.ts';
import { ConnectionStall } from './connection-stall.ts';

const REDIS: Domain = { name: 'redis', alive: true };

/** Delay of one way between a node and Redis. */
const DELAY_US = { min: 100, max: 20_000 } as const;

/** A reply comes together with the one before it where its choice is below this, and plainly it does not. */
const TOGETHER = 0.2;
const ALONE = 0.5;

/** A choice that fell on a fault. */
interface Hit extends Choice {
  readonly fault: Fault;
}

/** A reply that is held back comes so much later: more than most callers wait. */
const HELD_US = { min: 1_000_000, max: 4_000_000 } as const;

export interface RedisTransportParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly strategy: Strategy;
  readonly recorder: Recorder;
  readonly faults: ActiveFaults;
  readonly engine: RedisEngine;
  readonly hit: (fault: Fault, detail: string) => void;
}

export class RedisTransport {
  readonly #parts: RedisTransportParts;
  readonly #sessions = new Set<Session>();
  readonly #choices = new NamedChoices();
  readonly #stall: ConnectionStall;
  readonly #server: RedisServer;
  #downCount = 0;
  #commands = 0;
  #connections = 0;

  constructor(parts: RedisTransportParts) {
    this.#parts = parts;
    this.#stall = new ConnectionStall(parts);
    this.#server = new RedisServer({
      kernel: parts.kernel,
      domain: REDIS,
      engine: parts.engine,
      sessions: this.#sessions,
      send: (session, message) => this.#message(session, message),
      applied: (session, command) => parts.recorder.command(session, command, 'applied'),
      answer: (session, command, reply) => this.#answer(session, command, reply),
      refuse: (session, command, error) => this.#reply(session, command, { error }),
      goOn: (session, command) => this.#read(session, command),
      kill: (session) => this.break(session),
    });
  }

  /** The engine has begun the run. */
  begin(): void {
    this.#server.begin();
  }

  get isDown(): boolean {
    return this.#downCount > 0;
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
    const way = (): number => this.#delayOf(this.#choices.next(`${session.node}/redis/connect`));
    const answer = (): void => {
      if (this.#stall.holds(session, session.process, answer)) return;
      if (this.isDown) {
        onRefused();
        return;
      }
      session.open = true;
      this.#connections += 1;
      session.state.id = this.#connections;
      this.#sessions.add(session);
      onReady();
    };
    this.#parts.kernel.schedule(way() + way(), session.process, answer);
  }

  /** Whether a command finds its connection not writable, in which case the connection is about to break. */
  refuses(session: Session, command: Pick<SentCommand, 'name' | 'key'>): boolean {
    if (session.writable && this.#hitBy('redis-refused', session, command) !== null) {
      session.writable = false;
      this.break(session, 'ended');
    }
    return !session.writable;
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

  /** Breaks a connection: the client learns of it in its own time. A server that goes away ends its connections, a network resets them. */
  break(session: Session, how: 'reset' | 'ended' = 'reset'): void {
    if (!session.open) return;
    session.open = false;
    this.#sessions.delete(session);
    this.#server.forget(session);
    const delay = this.#delayOf(this.#choices.next(`${session.node}/redis/break`));
    this.#parts.kernel.schedule(delay, session.process, () => session.onBroken(how));
  }

  /** The client closed the connection, or its process is gone; what it had sent may still be applied. */
  forget(session: Session): void {
    this.#sessions.delete(session);
    this.#server.forget(session);
  }

  sessionsOf(node: string): readonly Session[] {
    return [...this.#sessions].filter((session) => node === '*' || session.node === node);
  }

  /** What was held back while nothing passed goes on its way. */
  endStall(): void {
    this.#stall.release();
  }

  goDown(): void {
    this.#downCount += 1;
    for (const session of [...this.#sessions]) this.break(session, 'ended');
  }

  comeUp(): void {
    this.#downCount = Math.max(0, this.#downCount - 1);
  }

  #arrive(session: Session, command: SentCommand): void {
    const { recorder } = this.#parts;
    if (this.#stall.holds(session, REDIS, () => this.#arrive(session, command))) return;
    if (this.isDown || session.state.isEnding || (!session.open && !session.abandoned)) {
      recorder.command(session, command, 'lost');
      return;
    }
    const lost = this.#hitBy('redis-request-lost', session, command);
    if (lost !== null) {
      recorder.command(session, command, 'lost');
      this.break(session);
      return;
    }
    this.#read(session, command);
  }

  #read(session: Session, command: SentCommand): void {
    if (this.#server.holds(session, command)) return;
    this.#server.take(session, command, this.#errorFor(session, command));
  }

  #errorFor(session: Session, command: SentCommand): string | null {
    const errors = serverErrors(command.name);
    if (errors.length === 0) return null;
    const struck = this.#hitBy('redis-error', session, command);
    if (struck === null) return null;
    const pick = this.#parts.draws.integer(subscope(struck.scope, 'error'), struck.count, 0, errors.length - 1);
    return errors[pick] ?? null;
  }

  #answer(session: Session, command: SentCommand, reply: Reply | Confirmations): void {
    if (this.#hitBy('redis-reply-lost', session, command) !== null) this.break(session);
    else this.#reply(session, command, reply instanceof RedisError ? { error: reply } : { value: reply });
  }

  /** To one who is deaf it is sent as to all, and does not arrive. */
  #message(session: Session, message: Message): void {
    const { kind, pattern, channel } = message;
    if (this.#isMessageLost(session, channel)) return;
    const about = pattern === '' ? channel : `${pattern}/${channel}`;
    const choice = this.#choices.next(`${session.node}/redis/${kind}/${about}`);
    this.#sendToClient(session, choice, () => session.onMessage(message));
  }

  #isMessageLost(session: Session, channel: string): boolean {
    const [fault] = this.#parts.faults.of('redis-message-lost', session.node);
    if (fault !== undefined) this.#parts.hit(fault, `${session.node} ${channel}`);
    return fault !== undefined;
  }

  #reply(session: Session, command: SentCommand, reply: RedisReply): void {
    const heldUntilUs = this.#heldUntilUs(session, command);
    this.#sendToClient(session, this.#nextFor(session, command, 'reply'), () => command.settle(reply), heldUntilUs);
    if (!session.state.isEnding) return;
    this.#sessions.delete(session);
    // The server's end of the connection comes right after its last answer.
    if (session.open)
      this.#parts.kernel.scheduleAt(session.lastReply?.entry.atUs ?? 0, session.process, () => this.#finish(session));
  }

  /** 0 for a reply that goes at once. None is held back beyond its fault. */
  #heldUntilUs(session: Session, command: SentCommand): number {
    const struck = this.#hitBy('redis-slow-reply', session, command);
    if (struck === null) return 0;
    const { atMs, durationMs } = struck.fault;
    const heldUs = this.#parts.draws.integer(subscope(struck.scope, 'held'), struck.count, HELD_US.min, HELD_US.max);
    return Math.min(this.#parts.kernel.nowUs + heldUs, (atMs + durationMs) * 1000);
  }

  #finish(session: Session): void {
    if (this.#stall.holds(session, session.process, () => this.#finish(session)) || !session.open) return;
    session.open = false;
    session.onBroken('ended');
  }

  /** Everything to a client arrives in order: mostly in a turn of its own, now and then together with what came before. */
  #sendToClient(session: Session, choice: Choice, deliver: () => void, notBeforeUs = 0): void {
    const { kernel, draws } = this.#parts;
    const last = session.lastReply;
    const arrive = (): void => {
      kernel.cause = mix(choice.scope.hash, choice.count);
      deliver();
    };
    const together = draws.fraction(subscope(choice.scope, 'together'), choice.count, ALONE) < TOGETHER;
    if (together && notBeforeUs === 0 && last !== null && last.entry.deliver !== null) {
      last.batch.push(arrive);
      return;
    }
    const batch = [arrive];
    const atUs = Math.max(last?.entry.atUs ?? 0, notBeforeUs, kernel.nowUs + this.#delayOf(choice));
    const read = (): void => {
      if (this.#stall.holds(session, session.process, read)) return;
      for (const next of batch) if (session.open) next();
    };
    const entry = kernel.scheduleAt(atUs, session.process, read);
    session.lastReply = { entry, batch };
  }

  #hitBy(kind: string, session: Session, command: Pick<SentCommand, 'name' | 'key'>): Hit | null {
    const { faults, draws, hit } = this.#parts;
    if (faults.none) return null;
    for (const fault of faults.of(kind, session.node)) {
      const chance = this.#choices.next(`${fault.id}/${session.node}/${command.name}/${command.key}`);
      if (draws.fraction(chance.scope, chance.count) >= fault.rate) continue;
      hit(fault, `${command.name} ${command.key}`);
      return { ...chance, fault };
    }
    return null;
  }

  #nextFor(session: Session, command: SentCommand, way: 'request' | 'reply'): Choice {
    return this.#choices.next(`${session.node}/redis/${way}/${command.name}/${command.key}`);
  }

  #delayOf({ scope, count }: Choice): number {
    const { kernel, draws, strategy } = this.#parts;
    // Redis is near: squared once more, most of its delays are far below a millisecond.
    const drawn = draws.fraction(scope, count);
    const fraction = drawn * Math.sqrt(drawn);
    return Math.ceil(strategy.delayUs(fraction, DELAY_US.min, DELAY_US.max, kernel.nowUs));
  }
}
