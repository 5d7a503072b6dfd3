/**
 * Classes that all processes share. A program may change them, as it may change any global: the
 * next run must not see it.
 */
export class SharedClasses {
  readonly #exports: Readonly<Record<string, object>>;
  readonly #originals: readonly Original[];

  constructor(exports: Readonly<Record<string, object>>) {
    this.#exports = exports;
    this.#originals = Object.values(exports).flatMap((shared) => {
      const { prototype } = shared as { prototype?: object };
      return [shared, ...(prototype === undefined ? [] : [prototype])].map(originalOf);
    });
  }

  get(name: string): object | undefined {
    return this.#exports[name];
  }

  /** Takes back all changes of properties. */
  restore(): void {
    for (const { object, properties } of this.#originals) {
      for (const key of Reflect.ownKeys(object)) if (!properties.has(key)) Reflect.deleteProperty(object, key);
      for (const [key, property] of properties)
        if (!isSame(property, Reflect.getOwnPropertyDescriptor(object, key)))
          Reflect.defineProperty(object, key, property);
    }
  }
}

interface Original {
  readonly object: object;
  readonly properties: ReadonlyMap<PropertyKey, PropertyDescriptor>;
}

function originalOf(object: object): Original {
  const all = Object.getOwnPropertyDescriptors(object) as Record<PropertyKey, PropertyDescriptor>;
  return { object, properties: new Map(Reflect.ownKeys(all).map((key) => [key, all[key]!])) };
}

function isSame(original: PropertyDescriptor, now: PropertyDescriptor | undefined): boolean {
  return now !== undefined && now.value === original.value && now.get === original.get && now.set === original.set;
}
