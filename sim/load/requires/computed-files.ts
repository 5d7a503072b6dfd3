/**
 * `require('./parsers/' + name)`: esbuild bundles the whole folder and looks up the file by its
 * exact path. Node also finds `json` as `json.js`, and its error has a code, which packages read.
 */

const LOOKUP = /^var __glob = \(map\) => \(path\d*\) => \{\n.*\n.*\n.*\n\};/m;
const REQUIRED = /\b(globRequire\w* = )__glob\(/g;

/** With as many lines as esbuild's, for source maps. */
const NODES = `var __globWith = (suffixes, code) => (map) => (path) => {
  var fn = suffixes.map((suffix) => map[path + suffix]).find(Boolean);
  if (fn) return fn();
  throw Object.assign(new Error("Cannot find module '" + path + "'"), { code });
}, __glob = __globWith([""], "ERR_MODULE_NOT_FOUND"), __globRequire = __globWith(["", ".js", ".json", ".ts", "/index.js", "/index.ts"], "MODULE_NOT_FOUND");`;

/** A text bundled by esbuild, in which computed paths of files lead where they do in Node. */
export function withComputedFiles(text: string): string {
  if (!LOOKUP.test(text)) return text;
  return text.replace(LOOKUP, () => NODES).replaceAll(REQUIRED, '$1__globRequire(');
}
