/**
 * `Function` as a constructor: what it makes sees the shadows, as code that is written in place
 * does. `Function('return this')()`, by which many packages look for the global object, finds the
 * shadowed one.
 *
 * The `constructor` of a function that is there already is the native one, and stays out of reach.
 */
const NativeFunction = Function;

type AnyFunction = (...parameters: unknown[]) => unknown;

export function createFunction(names: readonly string[], get: (name: never) => unknown): FunctionConstructor {
  function make(given: readonly unknown[]): AnyFunction {
    // Made natively first, so that what does not parse is refused as ever.
    const native = Reflect.construct(NativeFunction, given) as AnyFunction;
    const parameters = given.slice(0, -1).map(String).join(',');
    const body = String(given.at(-1) ?? '');
    const spelled = names.filter((name) => new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(body + parameters));
    const asksForThis = /\bthis\b/.test(body) && !/^\s*(['"])use strict\1/.test(body);
    if (spelled.length === 0 && !asksForThis) return native;
    const maker = Reflect.construct(NativeFunction, [
      ...spelled,
      `return function anonymous(${parameters}\n) {\n${body}\n}`,
    ]) as AnyFunction;
    const made = maker(...spelled.map((name) => get(name as never))) as AnyFunction;
    if (!asksForThis) return made;
    return new Proxy(made, {
      apply: (target, self, values: unknown[]) =>
        Reflect.apply(target, self ?? get('globalThis' as never), values) as unknown,
    });
  }

  const shadow: FunctionConstructor = new Proxy(NativeFunction, {
    apply: (_target, _self, given) => make(given as unknown[]),
    construct: (target, given, derived) =>
      derived === shadow ? make(given) : (Reflect.construct(target, given, derived) as object),
  });
  return shadow;
}
