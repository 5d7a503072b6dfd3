/**
 * Modules of a bundle that are evaluated later than the bundle, by `await import('…')` in a
 * function. They are evaluated once, in the first run that comes there. So they must not see that
 * run, or the next one would take another course: the loading host answers, as for an import at the
 * top.
 */

/** Esbuild's helpers, which make the functions that evaluate modules. */
const HELPERS = ['__esm', '__commonJS'];

/** The text, with the same lines, whose modules are evaluated by `require.load`. */
export function withLaterModules(text: string): string {
  return HELPERS.reduce((changed, helper) => {
    const made = `(...given) => { const evaluate = ${helper}Now(...given); return () => require.load(evaluate); }`;
    return changed.replace(
      new RegExp(`^var ${helper} = (?=\\()`, 'm'),
      () => `var ${helper} = ${made}, ${helper}Now = `,
    );
  }, text);
}
