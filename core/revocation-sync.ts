import type { Entropy, Revocation, RevocationStore } from './ports.ts';
import type { RoundsParts } from './rounds.ts';
import { Rounds } from './rounds.ts';

export interface RevocationSyncParts extends RoundsParts {
  readonly entropy: Entropy;
  readonly store: RevocationStore;
  readonly revocations: {
    readonly unsaved: readonly Revocation[];
    saved(revocations: readonly Revocation[]): void;
    merge(stored: readonly Revocation[]): readonly Revocation[];
  };
}

/**
 * Keeps the revocations of this node and of the store in agreement: in rounds, and at once when
 * either changes. A round compares versions first, because the store rarely changes.
 */
export class RevocationSync {
  readonly #parts: RevocationSyncParts;
  readonly #rounds: Rounds;
  /** Of the store, when it was read; undefined before, and after a change by this node. */
  #version: string | null | undefined;

  constructor(parts: RevocationSyncParts) {
    this.#parts = parts;
    this.#rounds = new Rounds(parts, {
      name: 'revocations',
      everyMs: parts.limits.revocationsCheckEveryMs,
      alert: 'revocations_unsynced',
      round: (signal) => this.#round(signal),
    });
    parts.store.onChange(() => this.wake());
  }

  /** Begins the next round at once. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Runs rounds until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#rounds.run(signal);
  }

  /** Returns false if the store did not answer in time. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const { entropy, store, revocations } = this.#parts;
    const inTime = <Value>(work: Promise<Value>) => this.#rounds.inTime(work, signal);
    const { unsaved } = revocations;
    if (unsaved.length > 0) {
      if (!(await inTime(store.add(unsaved, entropy.id('revocations'))))) return false;
      revocations.saved(unsaved);
      // The store may lose them before its version is read, and then have the version from before.
      this.#version = undefined;
    }
    const version = await inTime(store.version());
    if (version === false) return false;
    if (version.value === this.#version) return true;
    const read = await inTime(store.read());
    if (read === false) return false;
    this.#version = read.value.version;
    const outdated = revocations.merge(read.value.revocations);
    if (outdated.length > 0 && (await inTime(store.forget(outdated))) === false) return false;
    // What the store has lost since this round wrote it waits for the next one.
    if (unsaved.length === 0 && revocations.unsaved.length > 0) this.wake();
    return true;
  }
}
