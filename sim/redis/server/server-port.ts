import type { Entry } from '../../kernel/heap.ts';
import type { Confirmations, RedisError, Reply } from '../model/reply.ts';
import type { SentCommand } from './sent-command.ts';
import type { Message, Session } from './session.ts';

/** What the server needs of the transport that carries its commands, replies and messages. */
export interface ServerPort {
  /** Open connections, in the order in which they were opened. */
  readonly sessions: ReadonlySet<Session>;
  /** Runs `callback` at the server after `delayMs`. */
  schedule(delayMs: number, callback: () => void): Entry;
  /** Called just before a command takes effect. */
  onApply(session: Session, command: SentCommand): void;
  answer(session: Session, command: SentCommand, reply: Reply | Confirmations): void;
  /** Answers a command that takes no effect. */
  refuse(session: Session, command: SentCommand, error: RedisError): void;
  sendMessage(session: Session, message: Message): void;
  /** The server reads a command that has arrived: again, if it was kept behind a blocked one. */
  read(session: Session, command: SentCommand): void;
  /** A command that the connection sent is not simulated. */
  onNotSimulated(session: Session, what: string): void;
  /** The server closes the connection at once. */
  kill(session: Session): void;
}
