/** Values as texts by their paths, read without running any code of the system. */
import { types } from 'node:util';

/** By path. */
export type Values = ReadonlyMap<string, string>;

export interface Describing {
  /** Paths of the plain objects that were described, which are described once. */
  readonly seen: Map<object, string>;
  /** The name of an object that has its own paths. */
  readonly nameOf: (object: object) => string | undefined;
  readonly values: Map<string, string>;
}

/** Deeper values, and entries beyond the number, are cut. */
const DEPTH_MAX = 3;
const ENTRIES_MAX = 50;
const TEXT_MAX = 200;

const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const mapSize = sizeOf(Map.prototype);
const setSize = sizeOf(Set.prototype);
const nativeNext = Object.getPrototypeOf(new Map().entries()) as { next(this: unknown): IteratorResult<unknown> };
const nativeNextOfSet = Object.getPrototypeOf(new Set().values()) as typeof nativeNext;

/** True for Maps, Sets, arrays and objects without a class. */
export function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  if (types.isMap(value) || types.isSet(value) || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Data fields, private ones first. Getters are left out. */
export function ownFields(object: object, privates: Record<string, unknown>): [string, unknown][] {
  if (types.isProxy(object)) return [];
  const fields = Object.entries(privates);
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined && 'value' in descriptor) fields.push([String(key), descriptor.value]);
  }
  return fields;
}

/** Adds a value and what it contains. A named object is described where it is listed. */
export function describeValue(
  value: unknown,
  path: string,
  describing: Describing,
  { depth = 0, isNamed = false }: { readonly depth?: number; readonly isNamed?: boolean } = {},
): void {
  const { values, seen, nameOf } = describing;
  if (typeof value !== 'object' || value === null) {
    values.set(path, primitiveText(value));
    return;
  }
  const name = isNamed || types.isProxy(value) ? undefined : nameOf(value);
  if (name !== undefined || !isPlain(value) || depth >= DEPTH_MAX) {
    values.set(path, name === undefined ? `[${kindOf(value)}]` : `@${name}`);
    return;
  }
  const home = seen.get(value);
  if (home !== undefined) {
    values.set(path, `@${home}`);
    return;
  }
  seen.set(value, path);
  const entries = entriesOf(value);
  values.set(path, summaryOf(value, entries.length));
  for (const [key, entry] of entries.slice(0, ENTRIES_MAX))
    describeValue(entry, `${path}${key}`, describing, { depth: depth + 1 });
}

function entriesOf(value: object): [string, unknown][] {
  if (types.isMap(value)) return nativeEntries(value).map(([key, entry], index) => [keyText(key, index), entry]);
  if (types.isSet(value)) return nativeItems(value).map((item, index) => [`{${index}}`, item]);
  if (Array.isArray(value))
    return ownFields(value, {})
      .filter(([key]) => key !== 'length')
      .map(([key, entry]) => [`[${key}]`, entry]);
  return ownFields(value, {}).map(([key, entry]) => [`.${key}`, entry]);
}

function nativeEntries(map: ReadonlyMap<unknown, unknown>): [unknown, unknown][] {
  return drained(mapEntries.call(map), nativeNext) as [unknown, unknown][];
}

function nativeItems(set: ReadonlySet<unknown>): unknown[] {
  return drained(setValues.call(set), nativeNextOfSet);
}

/** The iterators of the system may be replaced, these may not. */
function drained(iterator: unknown, { next }: typeof nativeNext): unknown[] {
  const items: unknown[] = [];
  for (let step = next.call(iterator); step.done !== true; step = next.call(iterator)) items.push(step.value);
  return items;
}

function keyText(key: unknown, index: number): string {
  if (typeof key === 'object' && key !== null) return `[${kindOf(key)} ${index}]`;
  return `[${primitiveText(key)}]`;
}

function summaryOf(value: object, count: number): string {
  if (types.isMap(value)) return `Map(${String(mapSize.call(value))})`;
  if (types.isSet(value)) return `Set(${String(setSize.call(value))})`;
  return Array.isArray(value) ? `Array(${value.length})` : `object(${count})`;
}

function sizeOf(prototype: object): (this: unknown) => number {
  const get = Object.getOwnPropertyDescriptor(prototype, 'size')?.get;
  if (get === undefined) throw new Error('no size');
  return get as (this: unknown) => number;
}

function primitiveText(value: unknown): string {
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'string') {
    const text = JSON.stringify(value);
    return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…`;
  }
  if (typeof value === 'bigint') return `${value}n`;
  return String(value);
}

/** The name of the class, from data alone. */
function kindOf(value: object): string {
  if (types.isProxy(value)) return 'Proxy';
  const prototype = Object.getPrototypeOf(value) as object | null;
  const type: unknown = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name: unknown = typeof type === 'function' ? Object.getOwnPropertyDescriptor(type, 'name')?.value : undefined;
  return typeof name === 'string' && name !== '' ? name : 'object';
}
