/**
 * `globalThis` of code under simulation: simulated globals in front of the real ones. A property
 * that code adds is kept here. In bundled code, the bare names of such properties, and of globals
 * of the web, are members of this object.
 *
 * A process has one such object. Code that outlives processes, such as a package, finds a proxy:
 * what any code of a process adds, replaces or deletes is seen by all code of that process, and by
 * no other process.
 */
import type { AmbientHost } from '../system/image.ts';
import { isWebName } from './web/names.ts';

const realGlobal = globalThis;

/** The values with which a global object was made. */
const initial = new WeakMap<object, ReadonlyMap<PropertyKey, unknown>>();

export function createGlobalObject<Name extends string>(names: readonly Name[], get: (name: Name) => unknown): object {
  const simulated = Object.create(realGlobal) as object;
  const values = new Map<PropertyKey, unknown>();
  const define = (name: string, value: unknown): void => {
    values.set(name, value);
    Object.defineProperty(simulated, name, { value, writable: true, configurable: true });
  };
  for (const name of names) {
    if (isWebName(name)) {
      defineOnFirstRead(simulated, name, () => get(name));
      continue;
    }
    const value = get(name);
    // Undefined means that Node has no such global: `'Worker' in globalThis` must be false, as in
    // Node.
    if (value !== undefined || name in realGlobal) define(name, value);
  }
  define('globalThis', simulated);
  define('global', simulated);
  initial.set(simulated, values);
  return simulated;
}

/** A global of the web is expensive to make. Node has accessors for most of them, too. */
function defineOnFirstRead(simulated: object, name: string, make: () => unknown): void {
  const define = (value: unknown): void => {
    Object.defineProperty(simulated, name, { value, writable: true, configurable: true });
  };
  Object.defineProperty(simulated, name, {
    get() {
      const value = make();
      define(value);
      return value;
    },
    set: define,
    configurable: true,
  });
}

/** What code has added to a global object, or replaced. Of a shared one: while it was loaded. */
export function changesOf(globalObject: object): ReadonlyMap<PropertyKey, PropertyDescriptor> {
  const object = ownObjects.get(globalObject) ?? globalObject;
  const values = initial.get(object);
  const changes = new Map<PropertyKey, PropertyDescriptor>();
  for (const key of Reflect.ownKeys(object)) {
    const property = Reflect.getOwnPropertyDescriptor(object, key);
    if (property !== undefined && !isUntouched(key, property, values)) changes.set(key, property);
  }
  return changes;
}

function isUntouched(
  key: PropertyKey,
  property: PropertyDescriptor,
  values: ReadonlyMap<PropertyKey, unknown> | undefined,
): boolean {
  if (typeof key === 'string' && isWebName(key)) return true;
  return values?.has(key) === true && 'value' in property && property.value === values.get(key);
}

/** What the code of a shared global object changes while it is loaded. */
const ownObjects = new WeakMap<object, object>();

/** By process: its global object, which is made on first use. */
const objects = new WeakMap<object, () => object>();

/** By owner that is not a process with its own modules: what its code has added. */
const additions = new WeakMap<object, object>();

export function registerGlobalObject(host: AmbientHost, make: () => object): void {
  if (host.owner === host) objects.set(host, make);
}

/** The object that holds what code of the owner adds. */
export function globalObjectOf(owner: object): object {
  const known = objects.get(owner)?.() ?? additions.get(owner);
  if (known !== undefined) return known;
  const made = Object.create(null) as object;
  additions.set(owner, made);
  return made;
}

/**
 * `globalThis` for code that outlives processes. `own` is the object that the code changes while it
 * is loaded. A property that code makes unconfigurable stays there, for all processes: a proxy may
 * not hide it.
 */
export function sharedGlobalObject(host: AmbientHost, own: object): object {
  const isFixed = (key: PropertyKey): boolean => Reflect.getOwnPropertyDescriptor(own, key)?.configurable === false;
  /** Where the code of the process adds and deletes. */
  const changed = (key: PropertyKey): object =>
    host.state.isLoading || isFixed(key) ? own : globalObjectOf(host.owner);
  /** `own` where the process has changed nothing: a package has native tables, for instance. */
  const holderOf = (key: PropertyKey): object => {
    const object = changed(key);
    const property = Reflect.getOwnPropertyDescriptor(object, key);
    const isChanged = property === undefined ? initial.has(object) : !isUntouched(key, property, initial.get(object));
    return isChanged || !Reflect.has(own, key) ? object : own;
  };
  const front: object = new Proxy(own, {
    get: (_target, key) => {
      const value: unknown = Reflect.get(holderOf(key), key);
      return value === own ? front : value;
    },
    set: (_target, key, value) => Reflect.set(changed(key), key, value),
    has: (_target, key) => Reflect.has(holderOf(key), key),
    deleteProperty: (_target, key) => Reflect.deleteProperty(changed(key), key),
    defineProperty: (_target, key, property) =>
      property.configurable === false
        ? Reflect.defineProperty(own, key, property)
        : Reflect.defineProperty(changed(key), key, { configurable: true, ...property }),
    ownKeys: () => [...new Set([...Reflect.ownKeys(own), ...Reflect.ownKeys(globalObjectOf(host.owner))])],
    getOwnPropertyDescriptor: (_target, key) => {
      const property = Reflect.getOwnPropertyDescriptor(holderOf(key), key);
      if (property === undefined || isFixed(key)) return property;
      return {
        ...property,
        ...('value' in property && { value: Reflect.get(front, key) as unknown }),
        configurable: true,
      };
    },
  });
  ownObjects.set(front, own);
  return front;
}
