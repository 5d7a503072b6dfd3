import type { ClosingCode, Farewell } from './closings.ts';
import type { Connection } from './connection.ts';
import { closings, farewellFor } from './closings.ts';
import type { Limits } from './limits.ts';
import type { Clock, Probe } from './ports.ts';
import { sleep } from './sleep.ts';

export interface SweeperParts {
  readonly clock: Clock;
  readonly probe: Probe;
  readonly limits: Limits;
  readonly registry: {
    living(): readonly Connection[];
    close(connection: Connection, farewell: Farewell): boolean;
  };
  /** Further work of each sweep. Receives the monotonic time. */
  readonly alsoSweep: (nowMs: number) => void;
  /** Called when a connection could not be swept. Must not throw. */
  readonly failed: (about: string, error: unknown) => void;
}

type Verdict = 'fine' | ClosingCode;

/**
 * Checks all connections at an interval. Drops those that do not authenticate in time, do not
 * answer pings or whose token has expired. A silent connection is pinged in the last sweep before
 * `pingAfterMs`. So it is dropped within one sweep after `pingAfterMs + pongWithinMs`, and still
 * has all of `pongWithinMs` to answer.
 */
export class Sweeper {
  readonly #parts: SweeperParts;
  #latenessMs = 0;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  /** Lateness of the last sweep. */
  get latenessMs(): number {
    return this.#latenessMs;
  }

  /** Sweeps until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, limits } = this.#parts;
    while (!signal.aborted) {
      const dueAtMs = clock.monotonicMs() + limits.sweepEveryMs;
      await sleep(clock, { label: 'sweep', owner: 'gateway' }, limits.sweepEveryMs, signal);
      if (signal.aborted) return;
      this.#latenessMs = clock.monotonicMs() - dueAtMs;
      // If this process was suspended, pongs may be unread still. They must not count as missing.
      this.#sweep(this.#latenessMs > limits.pongWithinMs);
    }
  }

  #sweep(hasOverslept: boolean): void {
    const { clock, probe, registry, alsoSweep, failed } = this.#parts;
    const nowMs = clock.monotonicMs();
    const wallMs = clock.wallMs();
    const connections = registry.living();
    let evicted = 0;
    for (const connection of connections) {
      try {
        if (connection.state !== 'closed' && this.#check(connection, nowMs, wallMs, hasOverslept)) evicted += 1;
      } catch (error) {
        failed(connection.id, error);
        if (registry.close(connection, broken)) evicted += 1;
      }
    }
    try {
      alsoSweep(nowMs);
    } catch (error) {
      failed('gateway', error);
    }
    probe.note('sweep.ended', { checked: connections.length, evicted });
  }

  /** Returns whether the connection was evicted. */
  #check(connection: Connection, nowMs: number, wallMs: number, hasOverslept: boolean): boolean {
    const verdict = this.#verdictOf(connection, nowMs, wallMs);
    if (verdict === 'silent') {
      // A half-open peer would never answer a closing handshake.
      return !hasOverslept && this.#parts.registry.close(connection, farewellFor(verdict));
    }
    if (verdict !== 'fine') return this.#parts.registry.close(connection, farewellFor(verdict));
    return this.#pingIfDue(connection, nowMs);
  }

  #verdictOf(connection: Connection, nowMs: number, wallMs: number): Verdict {
    const { limits } = this.#parts;
    const { pingedAtMs } = connection;
    if (
      connection.state === 'pending' &&
      nowMs - connection.openedAtMs >= limits[closings.authentication_deadline.most]
    ) {
      return 'authentication_deadline';
    }
    if (connection.identity !== null && wallMs >= connection.identity.endsAtMs) return 'expired';
    const isSilent = nowMs - connection.heardAtMs >= limits.pingAfterMs + limits.pongWithinMs;
    return isSilent && pingedAtMs !== null && nowMs - pingedAtMs >= limits.pongWithinMs ? 'silent' : 'fine';
  }

  #pingIfDue(connection: Connection, nowMs: number): boolean {
    const { limits, registry } = this.#parts;
    const dueAfterMs = limits.pingAfterMs - limits.sweepEveryMs;
    if (connection.pingedAtMs !== null || nowMs - connection.heardAtMs < dueAfterMs) return false;
    try {
      connection.socket.ping();
    } catch {
      // Closing or closed. Not terminated: a closing handshake may still complete.
      return registry.close(connection, { ...broken, manner: 'close' });
    }
    connection.pingedAtMs = nowMs;
    return false;
  }
}

const broken: Farewell = { code: 1006, reason: '', manner: 'terminate' };
