import type { Audit, AuditEntry } from './ports.ts';

/** Events that matter for security. */
export type AuditEvent =
  | 'connected'
  | 'authenticated'
  | 'refused'
  | 'forbidden'
  | 'rate_limited'
  | 'refreshed'
  | 'unsubscribed'
  | 'announced'
  | 'listed'
  | 'disconnected'
  | 'revoked'
  | 'closed'
  | 'alert';

/** The connection that an entry is about. */
export interface AuditSubject {
  readonly id: string;
  readonly identity: { readonly user: string } | null;
}

/** Writes audit entries. Never throws: a failing audit must not disturb the connection. */
export class AuditTrail {
  readonly #audit: Audit;

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /** @param code an error code, a close code or the name of an alert: never text from outside */
  write(event: AuditEvent, subject: AuditSubject, code?: string): void {
    const entry: AuditEntry = {
      event,
      connection: subject.id,
      ...(subject.identity === null ? {} : { user: subject.identity.user }),
      ...(code === undefined ? {} : { code }),
    };
    try {
      this.#audit.write(entry);
    } catch {
      // No alert either: alerts and audit entries end up in the same log.
    }
  }
}
