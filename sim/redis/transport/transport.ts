/**
 * How commands travel from nodes to the one Redis server that all of them share, and replies back.
 *
 * Fault model. On each connection, commands reach the server in order, and replies come back in
 * order.
 * - A command may be lost before it is applied, or its reply after it was. Either way the
 *   connection breaks, as over TCP: all commands in flight on it fail, and those that have not
 *   arrived never do.
 * - A command may find its connection not writable: it is never sent, and the connection breaks.
 * - A command may be answered by an error instead of being applied.
 * - Replies and messages may be late or lost: see reply-path.ts.
 * - Nothing may pass for a while: see connection-stall.ts.
 * - The server may be demoted: open connections stay at a server that has become a replica, and
 *   that refuses writes. A new connection leads to the new master, which has the same data.
 * - The server's end of a connection may vanish: the client is not notified, and nothing that it
 *   sends is answered. 15 minutes after it has sent something, its system gives up.
 * - The server may be down: connections break and new ones are refused. What data it comes back
 *   with is decided by world/faults/redis-restarts.ts.
 *
 * A command is never applied twice, and never answered out of order.
 */
import type { Fault } from '../../kernel/fault.ts';
import type { Domain, Entry } from '../../kernel/heap.ts';
import { type Confirmations, RedisError, type Reply } from '../model/reply.ts';
import { errorInState } from '../server/command-table.ts';
import type { RedisReply, SentCommand } from '../server/sent-command.ts';
import type { ServerPort } from '../server/server-port.ts';
import { RedisServer } from '../server/server.ts';
import { concerns, type Message, type Session } from '../server/session.ts';
import { ConnectionStall } from './connection-stall.ts';
import { Downtime } from './downtime.ts';
import { ReplyPath } from './reply-path.ts';
import { TransportChoices } from './transport-choices.ts';
import type { RedisTransportContext } from './transport-context.ts';
import { parametersText } from './shown-texts.ts';

/** How long Linux sends data again by default (`tcp_retries2`). */
const UNACKNOWLEDGED_MS = 924_600;

const REDIS: Domain = { name: 'redis', alive: true };

export class RedisTransport implements ServerPort {
  readonly #context: RedisTransportContext;
  readonly #sessions = new Set<Session>();
  readonly #choices: TransportChoices;
  readonly #stall: ConnectionStall;
  readonly #replies: ReplyPath;
  readonly #server: RedisServer;
  /** Vanished connections on which a client has sent something. */
  readonly #unacknowledged = new WeakSet<Session>();
  readonly #downtime: Downtime;
  #commands = 0;

  constructor(context: RedisTransportContext) {
    this.#context = context;
    this.#choices = new TransportChoices(context);
    this.#stall = new ConnectionStall(context);
    this.#replies = new ReplyPath(context, this.#choices, this.#stall);
    this.#server = new RedisServer(context.engine, this);
    this.#downtime = new Downtime((fault) => context.hit(fault, 'redis'));
  }

  /** Called when a run begins, after `begin` of the engine. */
  begin(): void {
    this.#server.begin();
  }

  get isDown(): boolean {
    return this.#downtime.isOn;
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  /** The connection of a client that leads to the commands that are sent now. */
  get origin(): string {
    return this.#context.kernel.connection;
  }

  /** Returns the number of the next command, unique in a run. */
  nextNumber(): number {
    this.#commands += 1;
    return this.#commands;
  }

  /** Attempts a connection: `onReady` or `onRefused` is called after a round trip. */
  connect(session: Session, onReady: () => void, onRefused: () => void): void {
    const wayUs = (): number => this.#choices.delayUs(this.#choices.forNode(session.node, 'connect'));
    const answer = (): void => {
      if (this.#stall.holds(session, session.process, answer)) return;
      if (this.isDown) {
        this.#downtime.notice();
        this.#context.recorder.redis(session, 'refused');
        onRefused();
        return;
      }
      session.open = true;
      session.openedAtStep = this.#context.kernel.step;
      session.acceptedAfterDowns = this.#downtime.count;
      this.#server.accept(session);
      this.#sessions.add(session);
      this.#context.recorder.redis(session, 'opened');
      onReady();
    };
    this.#context.kernel.schedule(wayUs() + wayUs(), session.process, answer);
  }

  /**
   * Returns whether the command finds its connection not writable, which is then about to break.
   * Never in the step that established the connection: a client notices its end in a later step.
   */
  refuses(session: Session, command: Pick<SentCommand, 'name' | 'key'>): boolean {
    const isNew = session.openedAtStep === this.#context.kernel.step;
    if (
      session.writable &&
      !session.isVanished &&
      !isNew &&
      this.#choices.hitBy('redis-refused', session, command) !== null
    ) {
      session.writable = false;
      this.break(session, 'ended');
    }
    return !session.writable;
  }

  /** Sends a command to the server. Its `settle` is called with the reply, unless that is lost. */
  send(session: Session, command: SentCommand): void {
    const { kernel, recorder } = this.#context;
    recorder.command(session, command, 'sent', '', recorder.keepsTexts ? parametersText(command) : undefined);
    const delayUs = this.#choices.delayUs(this.#choices.forCommand(session, command, 'request'));
    const arrivesAtUs = Math.max(session.lastArrivalUs, kernel.nowUs + delayUs);
    session.lastArrivalUs = arrivesAtUs;
    kernel.scheduleAt(arrivesAtUs, REDIS, () => this.#arrive(session, command));
    if (session.isVanished) this.#awaitAcknowledgement(session);
  }

  /** The client's system sends again, until it gives up. */
  #awaitAcknowledgement(session: Session): void {
    if (this.#unacknowledged.has(session)) return;
    this.#unacknowledged.add(session);
    this.#context.kernel.schedule(UNACKNOWLEDGED_MS * 1000, session.process, () => session.onBroken('unacknowledged'));
  }

  /**
   * Breaks a connection; the client notices after a delay. A server that goes down ends its
   * connections, a network resets them.
   */
  break(
    session: Session,
    how: 'reset' | 'ended' = 'reset',
    by: 'server' | 'network' = how === 'ended' ? 'server' : 'network',
  ): void {
    session.isBroken = true;
    if (!session.open) return;
    session.open = false;
    this.#close(session, by);
    const delayUs = this.#choices.delayUs(this.#choices.forNode(session.node, 'break'));
    this.#context.kernel.schedule(delayUs, session.process, () => session.onBroken(how));
  }

  kill(session: Session): void {
    this.break(session, 'reset', 'server');
  }

  /** The server's end disappears. The client is not notified, and nothing arrives. */
  vanish(session: Session): void {
    session.isBroken = true;
    if (!session.open) return;
    session.open = false;
    session.isVanished = true;
    this.#close(session, 'network');
  }

  /**
   * The client ends its half of the connection. `onEnded` is called when the server has ended the
   * other one: after a stall, or never.
   */
  end(session: Session, onEnded: () => void): void {
    this.forget(session);
    const answer = (): void => {
      if (!this.#stall.holds(session, session.process, answer)) onEnded();
    };
    if (!session.isVanished) this.#context.kernel.schedule(0, session.process, answer);
  }

  /**
   * The client closed the connection, or its process ended. Commands it sent may still be applied.
   */
  forget(session: Session): void {
    this.#close(session, 'client');
  }

  #close(session: Session, by: 'client' | 'server' | 'network'): void {
    if (this.#sessions.delete(session)) this.#context.recorder.redis(session, 'closed', by);
    this.#server.forget(session);
  }

  /** Returns the open connections that the fault hits. */
  hitBy(fault: Fault): readonly Session[] {
    const { target } = fault;
    return [...this.#sessions].filter(
      (session) => (target === '*' || session.node === target) && concerns(fault, session),
    );
  }

  /** Delivers what was kept back during a stall. */
  endStall(): void {
    this.#stall.release();
  }

  /** The fault takes effect when a connection breaks or is refused. */
  goDown(fault: Fault): void {
    this.#downtime.begin(fault);
    if (this.#sessions.size > 0) this.#downtime.notice();
    for (const session of [...this.#sessions]) this.break(session, 'ended');
    this.#server.stop();
  }

  /**
   * A replica becomes the master, and new connections lead to it. Open connections stay at the old
   * one, which follows it.
   */
  demote(fault: Fault): void {
    for (const { connection } of this.#sessions) this.#context.hit(fault, connection);
    this.#server.demote();
  }

  comeUp(fault: Fault): void {
    this.#downtime.end(fault);
  }

  schedule(delayMs: number, callback: () => void): Entry {
    return this.#context.kernel.schedule(delayMs * 1000, REDIS, callback);
  }

  onApply(session: Session, command: SentCommand): void {
    const { recorder } = this.#context;
    recorder.command(session, command, 'applied', '', recorder.keepsTexts ? parametersText(command) : undefined);
  }

  onNotSimulated(session: Session, what: string): void {
    session.onNotSimulated(what);
  }

  answer(session: Session, command: SentCommand, reply: Reply | Confirmations): void {
    if (this.#choices.hitBy('redis-reply-lost', session, command) !== null) this.break(session);
    else this.#reply(session, command, reply instanceof RedisError ? { error: reply } : { value: reply });
  }

  refuse(session: Session, command: SentCommand, error: RedisError): void {
    this.#reply(session, command, { error });
  }

  sendMessage(session: Session, message: Message): void {
    this.#replies.sendMessage(session, message);
  }

  read(session: Session, command: SentCommand): void {
    if (this.#server.holds(session, command)) return;
    this.#server.take(session, command, this.#errorFor(session, command));
  }

  #arrive(session: Session, command: SentCommand): void {
    if (this.#stall.holds(session, REDIS, () => this.#arrive(session, command))) return;
    const isBroken = session.isBroken || session.acceptedAfterDowns !== this.#downtime.count;
    if (this.isDown || isBroken || session.state.isEnding) {
      this.#lose(session, command);
    } else if (this.#choices.hitBy('redis-request-lost', session, command) !== null) {
      this.#lose(session, command);
      this.break(session);
    } else {
      this.read(session, command);
    }
  }

  #lose(session: Session, command: SentCommand): void {
    this.#context.recorder.command(session, command, 'lost');
  }

  /** Returns the error that an open fault answers the command with; null for none. */
  #errorFor(session: Session, command: SentCommand): string | null {
    const errorOf = (fault: Fault): string | null => errorInState(this.#choices.stateIn(fault), command.name);
    const hit = this.#choices.hitBy('redis-error', session, command, (fault) => errorOf(fault) !== null);
    return hit === null ? null : errorOf(hit.fault);
  }

  #reply(session: Session, command: SentCommand, reply: RedisReply): void {
    this.#replies.sendReply(session, command, reply);
    if (session.open && !session.ready && 'value' in reply) {
      session.ready = true;
      this.#context.recorder.redis(session, 'ready');
    }
    if (!session.state.isEnding) return;
    this.#close(session, 'server');
    if (session.open) this.#replies.sendEnd(session);
  }
}
