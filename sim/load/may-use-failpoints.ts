/**
 * Whether a system may have failpoints, by its bundled texts: they contain the name of the method.
 * A main module has no node that it could call.
 */
const TRACE = /\bfailpoint\b/;

export function mayUseFailpoints(texts: readonly string[]): boolean {
  return texts.some((text) => TRACE.test(text));
}
