/** The first part of a graceful stop: clients leave one after the other. */
import type { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import type { Clock, WorkTag } from './ports.ts';
import { serialise } from './protocol.ts';
import type { Registry } from './registry.ts';
import { sleep } from './sleep.ts';

export interface DrainParts {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly registry: Registry;
  readonly end: (connection: Connection) => void;
}

/** Clients may leave when they read the announcement. When all have left, the drain ends. */
const LOOK_EVERY_MS = 100;

export const drainTag: WorkTag = { label: 'drain', owner: 'gateway' };

/**
 * Announces the stop to all authenticated connections, and ends all connections, oldest first,
 * evenly spread over `drainOverMs`. They are served until then. So clients do not reconnect to the
 * other nodes all at once, nor are their rows removed from the store all at once. Connections that
 * are due together, because a timer was late, end together. Stops waiting when `signal` aborts.
 */
export async function drain({ clock, limits, registry, end }: DrainParts, signal: AbortSignal): Promise<void> {
  const connections = registry.living();
  const beganAtMs = clock.monotonicMs();
  const text = serialise({ type: 'restarting', withinMs: limits.drainOverMs });
  for (const { state, outbox } of connections) if (state === 'authenticated') outbox.send(text);
  for (const [index, connection] of connections.entries()) {
    const dueAtMs = beganAtMs + (index * limits.drainOverMs) / connections.length;
    while (connection.state !== 'closed' && !signal.aborted) {
      const delayMs = dueAtMs - clock.monotonicMs();
      if (delayMs <= 0) end(connection);
      else await sleep(clock, drainTag, Math.min(delayMs, LOOK_EVERY_MS), signal);
    }
  }
}
