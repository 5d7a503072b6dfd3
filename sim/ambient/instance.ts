/**
 * `instanceof` across simulated classes. Each process has its own `Date` and `Map`, packages have
 * others, and the engine makes native ones (`structuredClone`). Each must be an instance of all, as
 * they would be in a real process.
 */
type Class = abstract new (...parameters: never[]) => unknown;

const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * For `static [Symbol.hasInstance]`, with `this` as `asked`. The simulated class accepts all
 * instances of the native one; classes derived from it work as usual.
 */
export function isInstanceOfNative(asked: unknown, simulated: Class, native: Class, value: unknown): boolean {
  // `asked` may be a proxy of the simulated class, which has the same prototype.
  const isSimulated = asked === simulated || (asked as Class).prototype === simulated.prototype;
  return ordinary.call(isSimulated ? native : asked, value) === true;
}
