import type { AuditTrail } from './audit.ts';
import type { ClosingCode } from './closings.ts';
import type { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import type { ClientEntry } from './protocol.ts';

export interface AdministrationParts {
  readonly limits: Limits;
  readonly registry: {
    living(): readonly Connection[];
    find(id: string): Connection | undefined;
  };
  readonly audit: AuditTrail;
  readonly end: (connection: Connection, code: ClosingCode) => void;
}

export interface Page {
  readonly clients: ClientEntry[];
  /** The `after` of the next page, or null after the last one. */
  readonly next: number | null;
}

/** What administrators may do with the clients of this gateway. Callers check the permission. */
export class Administration {
  readonly #parts: AdministrationParts;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
  }

  /**
   * Authenticated connections in the order in which they were opened, behind the one with the
   * number `after`. Numbers stay the same, so no page repeats or skips a connection.
   */
  list(admin: Connection, after: number): Page {
    const { limits, registry, audit } = this.#parts;
    audit.write('listed', admin);
    const rest = registry.living().flatMap((connection) => (connection.number > after ? entryOf(connection) : []));
    const clients = rest.slice(0, limits.clientsPerPageMax);
    return { clients, next: rest.length > clients.length ? (clients.at(-1)?.number ?? null) : null };
  }

  /** Ends an authenticated connection. Returns false if it is not known. */
  disconnect(admin: Connection, id: string): boolean {
    const { registry, audit, end } = this.#parts;
    const connection = registry.find(id);
    if (connection?.state !== 'authenticated') return false;
    audit.write('disconnected', admin, connection.id);
    end(connection, 'disconnected');
    return true;
  }
}

/** Nothing for a pending connection. */
function entryOf({ number, id, identity, sinceMs, subscriptions }: Connection): ClientEntry | [] {
  if (identity === null) return [];
  const { user, role, tokenId: token } = identity;
  return { number, connection: id, user, role, token, sinceMs, subscriptions: subscriptions.size };
}
