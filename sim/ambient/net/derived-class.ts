/**
 * Classes of Node for one process. A process that changes a prototype, or a default, changes its
 * own class and not Node's, which all processes share.
 */

export type AnyConstructor = abstract new (...parameters: never[]) => object;
type Callable = (this: unknown, ...parameters: unknown[]) => unknown;

/** What a process changes of a class, however an instance is made. */
export interface Changes {
  /** The parameters of Node's constructor, from those that it was given. */
  readonly parameters?: (given: unknown[]) => unknown[];
  /** Called with each instance that Node's constructor has made. */
  readonly made?: (instance: object) => void;
}

/**
 * A subclass that passes for the class itself: it has its name, it can be called without `new` and
 * by `util.inherits`, as Node's older classes can, and instances of the original count as its own.
 */
export function derivedClass<Class extends AnyConstructor>(original: Class, changes: Changes = {}): Class {
  const parametersOf = changes.parameters ?? ((given: unknown[]) => given);
  const construct = (given: unknown[], newTarget: unknown): object => {
    const instance = Reflect.construct(original as never, parametersOf(given), targetOf(newTarget) as never) as object;
    changes.made?.(instance);
    return instance;
  };
  // V8 keeps the shape of instances for a class, and makes a new one for each instance of a
  // function that inherits. So instances are those of a class with the same prototype.
  const shaped = class extends (original as unknown as new () => object) {};
  const targetOf = (newTarget: unknown): AnyConstructor =>
    (newTarget === derived && derived.prototype === shaped.prototype ? shaped : newTarget) as AnyConstructor;
  const derived = function (this: unknown, ...parameters: unknown[]): unknown {
    if (new.target !== undefined) return construct(parameters, new.target);
    if (!isOrdinaryInstance(derived, this)) return construct(parameters, derived);
    // Called by the constructor of a class that inherits by `util.inherits`.
    const result = Reflect.apply(original as unknown as Callable, this, parametersOf(parameters));
    changes.made?.(this as object);
    return result;
  };
  Object.setPrototypeOf(derived, original);
  derived.prototype = shaped.prototype;
  Object.defineProperty(derived.prototype, 'constructor', { value: derived });
  Object.defineProperties(derived, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
    [Symbol.hasInstance]: {
      value(this: unknown, value: unknown) {
        return this === derived ? isOrdinaryInstance(original, value) : isOrdinaryInstance(this, value);
      },
      configurable: true,
    },
  });
  return derived as unknown as Class;
}

function isOrdinaryInstance(constructor: unknown, value: unknown): boolean {
  return Reflect.apply(Function.prototype[Symbol.hasInstance], constructor, [value]);
}

/** Defines methods as those of a class: not enumerable, and open to be replaced. */
export function defineMembers(prototype: object, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
