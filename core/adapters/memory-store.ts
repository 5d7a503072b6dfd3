import type { Clock, ConnectionRow, ConnectionStore } from '../ports.ts';

export interface MemoryStore extends ConnectionStore {
  /** The rows whose lease has not run out. */
  rows(): readonly ConnectionRow[];
}

/** Rows in the memory of the process: for a single gateway, which needs no Redis. They end with the process. */
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
    rows: () => {
      const nowMs = clock.monotonicMs();
      return [...leases.values()].filter(({ endsAtMs }) => endsAtMs > nowMs).map(({ row }) => row);
    },
  };
}
