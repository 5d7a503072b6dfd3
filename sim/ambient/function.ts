/**
 * The constructor `Function`. Functions that it makes use the simulated globals, as other code
 * does. `Function('return this')()`, with which many packages get the global object, returns the
 * simulated one.
 *
 * The property `constructor` of an existing function remains the native constructor.
 */
const NativeFunction = Function;

type AnyFunction = (...parameters: unknown[]) => unknown;

export function createFunction(names: readonly string[], get: (name: never) => unknown): FunctionConstructor {
  function make(texts: readonly unknown[]): AnyFunction {
    // Made natively first, so that a syntax error is the native one.
    const native = Reflect.construct(NativeFunction, texts) as AnyFunction;
    const parameters = texts.slice(0, -1).map(String).join(',');
    const body = String(texts.at(-1) ?? '');
    const used = names.filter((name) => new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(body + parameters));
    const usesThis = /\bthis\b/.test(body) && !/^\s*(['"])use strict\1/.test(body);
    if (used.length === 0 && !usesThis) return native;
    const maker = Reflect.construct(NativeFunction, [
      ...used,
      `return function anonymous(${parameters}\n) {\n${body}\n}`,
    ]) as AnyFunction;
    const simulated = maker(...used.map((name) => get(name as never))) as AnyFunction;
    if (!usesThis) return simulated;
    return new Proxy(simulated, {
      apply: (target, self, values: unknown[]) =>
        Reflect.apply(target, self ?? get('globalThis' as never), values) as unknown,
    });
  }

  const simulatedFunction: FunctionConstructor = new Proxy(NativeFunction, {
    apply: (_target, _self, texts) => make(texts as unknown[]),
    construct: (target, texts, derived) =>
      derived === simulatedFunction ? make(texts) : (Reflect.construct(target, texts, derived) as object),
  });
  return simulatedFunction;
}
