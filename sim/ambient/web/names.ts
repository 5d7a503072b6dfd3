/** The globals of the web that `undici` provides: `fetch`, `WebSocket` and their kin. */
export const WEB_NAMES = [
  'fetch',
  'Headers',
  'Request',
  'Response',
  'FormData',
  'WebSocket',
  'CloseEvent',
  'MessageEvent',
  'ErrorEvent',
  'EventSource',
] as const;

export type WebName = (typeof WEB_NAMES)[number];

export interface Web {
  /** Those that exist. */
  readonly names: readonly WebName[];
  get(name: WebName): unknown;
}

export function isWebName(name: string): name is WebName {
  return (WEB_NAMES as readonly string[]).includes(name);
}

/**
 * The name that bundled code has for its global object. esbuild makes `fetch` a member of it, so
 * that the globals of the web are evaluated when they are first read.
 */
export const GLOBAL_VARIABLE = '__seedstormGlobal';

/** For esbuild's option `define`. It leaves variables of the same name alone. */
export const WEB_VARIABLES: Readonly<Record<WebName, string>> = Object.fromEntries(
  WEB_NAMES.map((name) => [name, `${GLOBAL_VARIABLE}.${name}`]),
) as Record<WebName, string>;

const ANY = `(?:${WEB_NAMES.join('|')})\\b`;
const REFERENCE = new RegExp(`\\b${GLOBAL_VARIABLE}\\b`);
const ANY_NAME = new RegExp(`\\b${ANY}`);
const EVALUATES = /\b(?:eval|Function)\s*\(/;
const GLOBAL_OBJECT = /\b(?:globalThis|global)\b/;
/** `.fetch`, `'fetch' in`, `{ fetch }` */
const MEMBER = new RegExp(`(?:[.{,]\\s*|["'])${ANY}`);

/** Whether bundled code may use a global of the web, by its name or as a member of `globalThis`. */
export function mayUseWeb(code: string): boolean {
  if (REFERENCE.test(code)) return true;
  return (EVALUATES.test(code) && ANY_NAME.test(code)) || (GLOBAL_OBJECT.test(code) && MEMBER.test(code));
}
