import type { Identity } from './auth.ts';
import type { ClosingCode } from './closings.ts';
import type { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import type { Clock, Revocation, RevokedSubject } from './ports.ts';

export interface RevocationsParts {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly registry: { living(): readonly Connection[] };
  readonly end: (connection: Connection, code: ClosingCode) => void;
  /** Called when one has to be written to the store. */
  readonly changed: () => void;
}

/** Clocks of nodes may differ, so each revocation is kept for longer than it is needed. */
const keptMs = 3_600_000;

/** The revoked users and tokens that this node knows. Entries only grow until they expire. */
export class Revocations {
  readonly #parts: RevocationsParts;
  readonly #known = new Map<string, Revocation>();
  /** Keys of those that the store does not hold yet, as far as this node knows. */
  readonly #unsaved = new Set<string>();

  constructor(parts: RevocationsParts) {
    this.#parts = parts;
  }

  get hasRoom(): boolean {
    return this.#known.size < this.#parts.limits.revocationsMax;
  }

  /** Those that have to be written to the store. */
  get unsaved(): readonly Revocation[] {
    return [...this.#unsaved].flatMap((key) => this.#known.get(key) ?? []);
  }

  /** Revokes all tokens that a user has now, or one token, until the last of them has expired. */
  revoke(subject: RevokedSubject, name: string): void {
    const { clock, limits, changed } = this.#parts;
    const revokedAtMs = clock.wallMs();
    const expiresAtMs = revokedAtMs + limits.tokenLifetimeMaxMs + limits.clockToleranceMs;
    const revocation = { subject, name, revokedAtMs, expiresAtMs };
    this.#known.set(keyOf(revocation), revocation);
    this.#unsaved.add(keyOf(revocation));
    this.#enforce();
    changed();
  }

  /** The store holds `revocations`. */
  saved(revocations: readonly Revocation[]): void {
    for (const revocation of revocations) {
      const key = keyOf(revocation);
      if (this.#known.get(key) === revocation) this.#unsaved.delete(key);
    }
  }

  /**
   * Takes over what the store holds. What it lacks, because it has lost its data, is unsaved again.
   * Returns those that the store need not hold any longer.
   */
  merge(stored: readonly Revocation[]): readonly Revocation[] {
    const outdatedBeforeMs = this.#parts.clock.wallMs() - keptMs;
    const isOutdated = ({ expiresAtMs }: Revocation): boolean => expiresAtMs < outdatedBeforeMs;
    const held = new Map(stored.map((revocation) => [keyOf(revocation), revocation]));
    for (const [key, revocation] of this.#known) {
      if (isOutdated(revocation)) {
        this.#known.delete(key);
        this.#unsaved.delete(key);
      } else if ((held.get(key)?.revokedAtMs ?? -1) < revocation.revokedAtMs) this.#unsaved.add(key);
    }
    for (const [key, revocation] of held) {
      const isNewer = (this.#known.get(key)?.revokedAtMs ?? -1) < revocation.revokedAtMs;
      if (isNewer && !isOutdated(revocation)) this.#known.set(key, revocation);
    }
    this.#enforce();
    return stored.filter(isOutdated);
  }

  isRevoked({ user, tokenId, issuedAtMs }: Identity): boolean {
    const byUser = this.#known.get(`user:${user}`);
    return this.#known.has(`token:${tokenId}`) || (byUser !== undefined && issuedAtMs <= byUser.revokedAtMs);
  }

  #enforce(): void {
    if (this.#known.size === 0) return;
    const { registry, end } = this.#parts;
    for (const connection of registry.living()) {
      if (connection.identity !== null && this.isRevoked(connection.identity)) end(connection, 'revoked');
    }
  }
}

function keyOf({ subject, name }: Revocation): string {
  return `${subject}:${name}`;
}
