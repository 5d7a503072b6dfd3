/**
 * Namespaces of CommonJS modules, as `import` gets them: the module's properties, and the module
 * itself as `default`. They are expensive to make, so each is made once.
 */
export interface Namespaces {
  of(specifier: string, require: (specifier: string) => unknown): object;
}

export function createNamespaces(): Namespaces {
  const made = new Map<string, object>();
  return {
    of(specifier, require) {
      const known = made.get(specifier);
      if (known !== undefined) return known;
      const namespace = namespaceOf(require(specifier));
      made.set(specifier, namespace);
      return namespace;
    },
  };
}

function namespaceOf(module: unknown): object {
  const namespace = {};
  if ((typeof module === 'object' && module !== null) || typeof module === 'function') {
    for (const name of Object.getOwnPropertyNames(module)) {
      Object.defineProperty(namespace, name, {
        get: () => Reflect.get(module, name),
        enumerable: true,
        configurable: true,
      });
    }
  }
  return Object.defineProperty(namespace, 'default', { value: module, enumerable: true });
}
