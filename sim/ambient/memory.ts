/**
 * `WeakRef` and `FinalizationRegistry`. No seed decides when the engine collects garbage, so
 * references stay strong and nothing is finalised.
 */
const { WeakRef: NativeWeakRef } = globalThis;

/** Functions that a registry was given as tokens. */
const finalized = new WeakSet<object>();

/** Whether a function, such as a listener, belongs to an object that a registry cleans up after. */
export function isFinalized(value: unknown): boolean {
  return typeof value === 'function' && finalized.has(value);
}

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

  /** `fetch` gives the listener that is removed with its request as the token. */
  register(_target: unknown, _held: unknown, token?: unknown): void {
    if (typeof token === 'function') finalized.add(token);
  }

  unregister(): boolean {
    return false;
  }

  get [Symbol.toStringTag](): string {
    return 'FinalizationRegistry';
  }
}
