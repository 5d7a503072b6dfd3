import type { ClosingCode } from './closings.ts';
import type { Connection } from './connection.ts';
import type { ErrorCode } from './errors.ts';
import { errors } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Clock, Metrics } from './ports.ts';
import type { ServerFrame } from './protocol.ts';
import { errorFrame, serialise } from './protocol.ts';
import { Strikes } from './strikes.ts';

export interface RepliesParts {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly end: (connection: Connection, code: ClosingCode) => void;
}

/** Frames to one client, in answer to what it sent. */
export class Replies {
  readonly #parts: RepliesParts;

  constructor(parts: RepliesParts) {
    this.#parts = parts;
  }

  /** Returns false if the connection has ended instead. */
  send(connection: Connection, frame: ServerFrame): boolean {
    return connection.outbox.send(serialise(frame));
  }

  /** Answers with an error frame, or ends the connection if that has happened too often. */
  refuse(connection: Connection, code: ErrorCode, id: number | null): void {
    const { clock, limits, metrics, end } = this.#parts;
    const { closing } = errors[code];
    metrics.count('refusals', code);
    connection.strikes ??= new Strikes(limits);
    if (connection.strikes.add(closing, clock.monotonicMs())) end(connection, closing);
    else this.send(connection, errorFrame(code, id));
  }
}
