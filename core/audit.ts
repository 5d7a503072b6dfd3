import type { Audit, AuditEntry } from './ports.ts';

/** What matters for security, and so is written down. */
export type AuditEvent =
  'connected' | 'authenticated' | 'refused' | 'forbidden' | 'rate_limited' | 'sanitised' | 'closed' | 'alert';

/** Whom an entry is about. */
export interface AuditSubject {
  readonly id: string;
  readonly identity: { readonly user: string } | null;
}

/** Writes audit entries. A trail that fails to take one never disturbs what it reports. */
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
      // There is nobody left to tell: alerts end up in the same place.
    }
  }
}
