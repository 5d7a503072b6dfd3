import type { Clock, ConnectionRow, ConnectionStore } from '../ports.ts';

export interface MemoryStore extends ConnectionStore {
  /** The rows whose lease has not expired. */
  rows(): readonly ConnectionRow[];
}

/** Rows in memory, for a single gateway without Redis. They are lost when the process ends. */
export function memoryStore(clock: Clock): MemoryStore {
  const leases = new Map<string, { readonly row: ConnectionRow; readonly endsAtMs: number }>();
  return {
    put: (row, leaseMs) => {
      leases.set(row.connection, { row, endsAtMs: clock.monotonicMs() + leaseMs });
      return Promise.resolve();
    },
    remove: (connection) => {
      leases.delete(connection);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    drop: () => undefined,
    rows: () => {
      const nowMs = clock.monotonicMs();
      return [...leases.values()].filter(({ endsAtMs }) => endsAtMs > nowMs).map(({ row }) => row);
    },
  };
}
