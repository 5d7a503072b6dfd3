import type { ConnectionRow, ConnectionStore } from '../ports.ts';

interface Operation {
  readonly kind: 'put' | 'remove';
  readonly connection: string;
  /** Applies the operation and answers. */
  succeed(): void;
  fail(): void;
}

/** A store that works, fails at once, or waits until the test settles each operation. */
export class FakeStore implements ConnectionStore {
  mode: 'working' | 'failing' | 'silent' = 'working';
  /** Operations on this connection fail. */
  failingFor: string | null = null;
  readonly rows = new Map<string, ConnectionRow>();
  /** All operations so far: `put c-1`. */
  readonly log: string[] = [];
  /** Operations without an answer, while the store is silent. */
  readonly waiting: Operation[] = [];
  inFlight = 0;
  inFlightMax = 0;

  put(row: ConnectionRow, _leaseMs: number): Promise<void> {
    return this.#operate('put', row.connection, () => this.rows.set(row.connection, row));
  }

  remove(connection: string): Promise<void> {
    return this.#operate('remove', connection, () => this.rows.delete(connection));
  }

  /** A silent store does not answer. */
  close(): Promise<void> {
    this.log.push('close');
    return this.mode === 'silent' ? new Promise(() => undefined) : Promise.resolve();
  }

  drop(): void {
    this.log.push('drop');
  }

  #operate(kind: Operation['kind'], connection: string, apply: () => unknown): Promise<void> {
    this.log.push(`${kind} ${connection}`);
    this.inFlight += 1;
    this.inFlightMax = Math.max(this.inFlightMax, this.inFlight);
    const answered = new Promise<void>((resolve, reject) => {
      const succeed = (): void => {
        apply();
        resolve();
      };
      const fail = (): void => reject(new Error('the store fails'));
      if (this.failingFor === connection) fail();
      else if (this.mode === 'working') succeed();
      else if (this.mode === 'failing') fail();
      else this.waiting.push({ kind, connection, succeed, fail });
    });
    return answered.finally(() => {
      this.inFlight -= 1;
    });
  }
}
