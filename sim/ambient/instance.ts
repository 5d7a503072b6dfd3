/**
 * `instanceof` across shadows. Each process has classes of its own, packages have others, and some
 * values come from the engine itself (`structuredClone`); all of them are dates or maps alike, as
 * they would be in one process.
 */
type Class = abstract new (...parameters: never[]) => unknown;

const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * For `static [Symbol.hasInstance]`: the shadow itself accepts whatever is native; classes derived
 * from it work as usual.
 */
export function isInstanceOfNative(asked: unknown, shadow: Class, native: Class, value: unknown): boolean {
  // The shadow may be asked through a proxy around it, which has the same prototype.
  const isShadow = asked === shadow || (asked as Class).prototype === shadow.prototype;
  return ordinary.call(isShadow ? native : asked, value) === true;
}
