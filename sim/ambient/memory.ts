/**
 * `WeakRef` and `FinalizationRegistry`. No seed decides when the engine collects garbage, so
 * references stay strong and nothing is finalised.
 */
const { WeakRef: NativeWeakRef } = globalThis;

export class StrongRef<T extends object> {
  readonly #target: T;

  constructor(target: T) {
    // Throws for a value that can't be referenced weakly, as the native class does.
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
