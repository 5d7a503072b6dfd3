/**
 * Arguments of operations are written to a file and read back, so only values that this does not
 * change can be arguments.
 */

/** Keys that could reach a prototype. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export const KEY_LENGTH_MAX = 300;

/** The most levels of nested objects and arrays, including the outermost. */
export const ARGUMENTS_DEPTH_MAX = 24;

/** Whether a value is plain JSON: no NaN, no undefined, no object of a class. */
export function isPlainJson(value: unknown, depthLeft = ARGUMENTS_DEPTH_MAX): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depthLeft === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depthLeft - 1));
  if (!isPlainObject(value)) return false;
  return Object.entries(value).every(
    ([key, item]) => key.length <= KEY_LENGTH_MAX && !FORBIDDEN_KEYS.has(key) && isPlainJson(item, depthLeft - 1),
  );
}

/** Accepts objects of any realm, because a test may run in a different realm than the simulator. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
