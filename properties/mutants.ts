/**
 * A mutant for each of the five risks: edits of the gateway's source that restore the bug.
 */
import type { Variant } from '../sim/index.ts';

export const mutants: readonly Variant[] = [
  {
    // Two records of each connection: the client is answered from the first, and the second is
    // written only if the store accepted the row.
    id: 'dual-state',
    risk: 'WS-001',
    expected: 'one-record',
    edits: [
      {
        file: '../core/admission.ts',
        within: 'Admission.admit',
        find: 'registry.authenticate(connection, identity, clock.wallMs());',
        put: 'persist(connection, identity).then(() => registry.authenticate(connection, identity, clock.wallMs()), () => undefined);',
      },
      {
        file: '../core/admission.ts',
        within: 'Admission.admit',
        find: 'if (replies.send(connection, answer)) persist(connection);',
        put: 'replies.send(connection, answer);',
      },
      {
        file: '../core/gateway.ts',
        within: 'createGateway',
        find: `persist: (connection) => {
      const row = rowOf(connection);
      if (row !== null) persistence.keep(row);
    },`,
        put: `persist: ({ id }, { user, role }) =>
      store.put({ connection: id, node: options.nodeName, user, role, sinceMs: clock.wallMs() }, limits.leaseMs),`,
      },
    ],
  },
  {
    // The broadcast iterates over the live table and awaits each send, while other clients leave.
    id: 'unprotected-iteration',
    risk: 'WS-002',
    expected: 'stable-tables',
    edits: [
      {
        file: '../core/multi-map.ts',
        within: 'MultiMap.membersOf',
        find: 'return group === undefined ? [] : [...group];',
        put: 'return group ?? [];',
      },
      {
        file: '../core/streams.ts',
        within: 'Streams.#broadcast',
        find: '#broadcast(price: Price, isSnapshot: boolean): void {',
        put: 'async #broadcast(price: Price, isSnapshot: boolean): Promise<void> {',
      },
      {
        file: '../core/streams.ts',
        within: 'Streams.#broadcast',
        find: `if (!subscriptions.has(symbol)) continue;
      if (isSnapshot ? outbox.sendSnapshot(price) : outbox.sendPrice(price, text)) reached += 1;`,
        put: `if (isSnapshot ? outbox.sendSnapshot(price) : outbox.sendPrice(price, text)) reached += 1;
      await sleep(this.#parts.clock, { label: \`send:\${symbol}\`, owner: \`stream:\${symbol}\` }, 60, new AbortController().signal);`,
      },
    ],
  },
  {
    // Disconnecting calls the store first. If that fails, the exception skips the cleanup of
    // streams.
    id: 'orphaned-stream',
    risk: 'WS-003',
    expected: 'no-orphan-tasks',
    edits: [
      {
        file: '../core/gateway.ts',
        within: 'createGateway',
        find: 'run: (_connection, _farewell, symbols) => symbols.forEach((symbol) => streams.settle(symbol))',
        put: `run: ({ id }, _farewell, symbols) => {
        store.remove(id).then(() => symbols.forEach((symbol) => streams.settle(symbol))).catch(() => undefined);
      }`,
      },
    ],
  },
  {
    // The sweeper exists but is never started.
    id: 'sweeper-not-started',
    risk: 'WS-004',
    expected: 'silent-connections-leave',
    edits: [
      {
        file: '../core/gateway.ts',
        within: 'createGateway',
        find: "supervisor.spawn({ label: 'sweep', owner: 'gateway' }, (signal) => sweeper.run(signal));",
        put: '',
      },
    ],
  },
  {
    // A failed write is caught and counts as done: no retry, no alert.
    id: 'silent-redis-failure',
    risk: 'WS-005',
    expected: 'no-silent-redis-failures',
    edits: [
      {
        file: '../core/persistence.ts',
        within: 'Persistence.#write',
        find: "const isWritten = outcome === 'settled';",
        put: 'const isWritten = true;',
      },
    ],
  },
];
