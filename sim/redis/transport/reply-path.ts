/**
 * The way from the server to its clients: replies and published messages.
 *
 * Fault model. What is sent on one connection arrives in order, each part after its delay. Usually
 * each arrives in a separate turn of the event loop; with probability 20 % it arrives in the same
 * turn as the part before it. A reply under `redis-slow-reply` is held back for 1 to 4 s, at most
 * until the fault ends, and everything behind it waits. A message under `redis-message-lost` never
 * arrives; neither its publisher nor its subscriber is notified.
 */
import type { Choice } from '../../kernel/choices.ts';
import { subscope } from '../../kernel/draws.ts';
import { mix } from '../../kernel/hash.ts';
import type { RedisReply, SentCommand } from '../server/sent-command.ts';
import { concerns, type Message, type Session } from '../server/session.ts';
import type { ConnectionStall } from './connection-stall.ts';
import type { TransportChoices } from './transport-choices.ts';
import type { RedisTransportContext } from './transport-context.ts';

/** Below this value of its choice, a part arrives in the same turn as the part before it. */
const SAME_TURN = 0.2;
/** The minimal value of that choice: a separate turn. */
const SEPARATE_TURN = 0.5;

/** How long `redis-slow-reply` holds a reply back: longer than most callers wait. */
const HELD_US = { min: 1_000_000, max: 4_000_000 } as const;

export class ReplyPath {
  readonly #context: RedisTransportContext;
  readonly #choices: TransportChoices;
  readonly #stall: ConnectionStall;

  constructor(context: RedisTransportContext, choices: TransportChoices, stall: ConnectionStall) {
    this.#context = context;
    this.#choices = choices;
    this.#stall = stall;
  }

  sendReply(session: Session, command: SentCommand, reply: RedisReply): void {
    const notBeforeUs = this.#notBeforeUs(session, command);
    const choice = this.#choices.forCommand(session, command, 'reply');
    this.#send(session, choice, () => command.settle(reply), notBeforeUs, command.origin);
  }

  sendMessage(session: Session, message: Message): void {
    const { kind, pattern, channel } = message;
    if (kind !== 'monitor' && this.#isMessageLost(session, channel)) return;
    const choice = this.#choices.forNode(session.node, `${kind}/${pattern === '' ? channel : `${pattern}/${channel}`}`);
    const deliver = (): void => {
      if (kind !== 'monitor') this.#context.recorder.message(session, kind, channel);
      session.onMessage(message);
    };
    this.#send(session, choice, deliver);
  }

  /** The server closes the connection: its end arrives right after the last reply. */
  sendEnd(session: Session): void {
    const end = (): void => {
      if (this.#stall.holds(session, session.process, end) || !session.open) return;
      session.open = false;
      session.onBroken('ended');
    };
    this.#context.kernel.scheduleAt(session.lastReply?.entry.atUs ?? 0, session.process, end);
  }

  #isMessageLost(session: Session, channel: string): boolean {
    const { node } = session;
    const fault = this.#context.faults.of('redis-message-lost', node).find((one) => concerns(one, session));
    if (fault !== undefined) this.#context.hit(fault, `${node} ${channel}`);
    return fault !== undefined;
  }

  /**
   * Returns the virtual time before which the reply must not arrive. If `redis-slow-reply` hits the
   * command, that is the end of the hold; otherwise 0.
   */
  #notBeforeUs(session: Session, command: SentCommand): number {
    const hit = this.#choices.hitBy('redis-slow-reply', session, command);
    if (hit === null) return 0;
    const { kernel, draws } = this.#context;
    const { atMs, durationMs } = hit.fault;
    const heldUs = draws.integer(subscope(hit.scope, 'held'), hit.count, HELD_US.min, HELD_US.max);
    return Math.min(kernel.nowUs + heldUs, (atMs + durationMs) * 1000);
  }

  /**
   * Schedules a part behind all earlier parts of the session, after its own delay and not before
   * `notBeforeUs`.
   */
  #send(session: Session, choice: Choice, deliver: () => void, notBeforeUs = 0, origin = ''): void {
    const { kernel, draws } = this.#context;
    const last = session.lastReply;
    const arrive = (): void => {
      kernel.cause = mix(choice.scope.hash, choice.count);
      kernel.connection = origin;
      deliver();
    };
    const together = draws.fraction(subscope(choice.scope, 'together'), choice.count, SEPARATE_TURN) < SAME_TURN;
    if (together && notBeforeUs === 0 && last !== null && last.entry.deliver !== null) {
      last.batch.push(kernel.follow(arrive));
      return;
    }
    const batch = [arrive];
    const atUs = Math.max(last?.entry.atUs ?? 0, notBeforeUs, kernel.nowUs + this.#choices.delayUs(choice));
    const read = (): void => {
      if (this.#stall.holds(session, session.process, read)) return;
      for (const next of batch) if (session.open) next();
    };
    const entry = kernel.scheduleAt(atUs, session.process, read);
    session.lastReply = { entry, batch };
  }
}
