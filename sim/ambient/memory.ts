/**
 * When garbage is collected is nobody's choice: references stay strong and nothing is ever
 * finalised.
 */
const { WeakRef: NativeWeakRef } = globalThis;

export class StrongRef<T extends object> {
  readonly #target: T;

  constructor(target: T) {
    // Native, so that what can't be referenced weakly is refused alike.
    new NativeWeakRef(target);
    this.#target = target;
  }

  deref(): T {
    return this.#target;
  }

  get [Symbol.toStringTag](): string {
    return 'WeakRef';
  }
}

export class InertRegistry {
  constructor(cleanup: unknown) {
    if (typeof cleanup !== 'function') throw new TypeError('FinalizationRegistry: cleanup must be callable');
  }

  register(): void {}

  unregister(): boolean {
    return false;
  }

  get [Symbol.toStringTag](): string {
    return 'FinalizationRegistry';
  }
}
