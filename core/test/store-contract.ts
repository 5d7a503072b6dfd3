import { describe, expect, test } from 'vitest';
import type { ConnectionRow, ConnectionStore } from '../ports.ts';

export interface StoreUnderTest {
  readonly store: ConnectionStore;
  /** The row of a connection as another client reads it, or null. */
  read(connection: string): Promise<ConnectionRow | null>;
  /** Remaining lease of a row. */
  leaseLeftMs(connection: string): Promise<number>;
}

const row = (connection: string, user = 'ada'): ConnectionRow => ({
  connection,
  node: 'node-1',
  user,
  role: 'viewer',
  sinceMs: 1_700_000_000_000,
});

/** The contract of `ConnectionStore`. The same tests run on each implementation. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a connection store`, () => {
    test('keeps a row as it was put, under a lease', async () => {
      const { store, read, leaseLeftMs } = await open();
      await store.put(row('c-1'), 45_000);
      expect(await read('c-1')).toEqual(row('c-1'));
      expect(await leaseLeftMs('c-1')).toBeGreaterThan(40_000);
      expect(await leaseLeftMs('c-1')).toBeLessThanOrEqual(45_000);
    });

    test('replaces a row and its lease', async () => {
      const { store, read, leaseLeftMs } = await open();
      await store.put(row('c-2'), 5_000);
      await store.put(row('c-2', 'eve'), 45_000);
      expect(await read('c-2')).toEqual(row('c-2', 'eve'));
      expect(await leaseLeftMs('c-2')).toBeGreaterThan(40_000);
    });

    test('removes a row, once or twice, and no other', async () => {
      const { store, read } = await open();
      await store.put(row('c-3'), 45_000);
      await store.put(row('c-4'), 45_000);
      await store.remove('c-3');
      await store.remove('c-3');
      expect(await read('c-3')).toBeNull();
      expect(await read('c-4')).not.toBeNull();
    });
  });
}
