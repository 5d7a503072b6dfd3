import type { Revocation, RevocationStore } from '../ports.ts';

/** A store of revocations that other nodes share. The test plays them. */
export class FakeRevocations implements RevocationStore {
  isFailing = false;
  /** Operations are never answered. */
  isSilent = false;
  #version: string | null = null;
  #changes = 0;
  readonly #held = new Map<string, Revocation>();
  #listener = (): void => undefined;

  get all(): readonly Revocation[] {
    return [...this.#held.values()];
  }

  get names(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** Another node revokes a user. */
  put(user: string, revokedAtMs: number, expiresAtMs = revokedAtMs + 86_400_000): void {
    this.#held.set(`user:${user}`, { subject: 'user', name: user, revokedAtMs, expiresAtMs });
    this.#changes += 1;
    this.#version = `other-${String(this.#changes)}`;
  }

  notify(): void {
    this.#listener();
  }

  lose(): void {
    this.#held.clear();
    this.#version = null;
  }

  add(revocations: readonly Revocation[], version: string): Promise<void> {
    return this.#operate(() => {
      for (const revocation of revocations) this.#held.set(`${revocation.subject}:${revocation.name}`, revocation);
      this.#version = version;
    });
  }

  version(): Promise<string | null> {
    return this.#operate(() => this.#version);
  }

  read(): ReturnType<RevocationStore['read']> {
    return this.#operate(() => ({ version: this.#version, revocations: this.all }));
  }

  forget(revocations: readonly Revocation[]): Promise<void> {
    return this.#operate(() => {
      for (const { subject, name } of revocations) this.#held.delete(`${subject}:${name}`);
    });
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  #operate<Result>(work: () => Result): Promise<Result> {
    if (this.isSilent) return new Promise(() => undefined);
    return this.isFailing ? Promise.reject(new Error('the store fails')) : Promise.resolve(work());
  }
}
