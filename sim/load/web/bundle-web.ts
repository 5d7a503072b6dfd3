/**
 * Bundles the globals of the web (`fetch`, `WebSocket` and their kin) to one CommonJS text: the
 * pinned `undici`, with the edits of edits.ts.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { WEB_NAMES, type WebName } from '../../ambient/web/names.ts';
import { relativeTo } from '../project-root.ts';
import { EDITS, type Edit, PER_PROCESS, PROCESS_MODULE, REPLACED, VIRTUAL } from './edits.ts';
import { MODULES } from './modules.ts';

const FILES: Readonly<Record<WebName, string>> = {
  fetch: 'lib/web/fetch/index.js',
  Headers: 'lib/web/fetch/headers.js',
  Request: 'lib/web/fetch/request.js',
  Response: 'lib/web/fetch/response.js',
  FormData: 'lib/web/fetch/formdata.js',
  WebSocket: 'lib/web/websocket/websocket.js',
  CloseEvent: 'lib/web/websocket/events.js',
  MessageEvent: 'lib/web/websocket/events.js',
  ErrorEvent: 'lib/web/websocket/events.js',
  EventSource: 'lib/web/eventsource/eventsource.js',
};

let bundled: Promise<string> | null = null;

/** The text, which is made once. Its `module.exports` has the globals by name. */
export function bundleWeb(): Promise<string> {
  bundled ??= bundleUndici();
  return bundled;
}

async function bundleUndici(): Promise<string> {
  const folder = path.dirname(createRequire(import.meta.url).resolve('undici/package.json'));
  const { outputFiles } = await build({
    absWorkingDir: folder,
    stdin: { contents: ENTRY, resolveDir: folder, sourcefile: 'web.js', loader: 'js' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'esnext',
    // As in Node, which names itself and not the library in the header `user-agent`.
    define: { __UNDICI_IS_NODE__: 'true' },
    logLevel: 'silent',
    legalComments: 'none',
    plugins: [undiciPlugin(folder)],
  });
  return outputFiles[0]?.text ?? '';
}

/** `fetch` as `undici` exports it, with a stack of the caller, who is named if TLS is refused. */
const ENTRY = `
const { fetch: fetchInside } = require('./${FILES.fetch}');
const { refuseTls } = require('${PROCESS_MODULE}');
exports.fetch = function fetch(input, init = undefined) {
  try {
    const address = typeof input === 'string' ? input : input instanceof URL ? input.href : input?.url;
    if (/^https:/i.test(address)) refuseTls();
  } catch (error) {
    return Promise.reject(error);
  }
  return fetchInside(input, init).catch((error) => {
    if (error && typeof error === 'object') Error.captureStackTrace(error, exports.fetch);
    throw error;
  });
};
${WEB_NAMES.filter((name) => name !== 'fetch')
  .map((name) => `exports.${name} = require('./${FILES[name]}').${name};`)
  .join('\n')}
`;

function undiciPlugin(folder: string): Plugin {
  return {
    name: 'undici',
    setup({ onResolve, onLoad, onEnd }) {
      const left = new Set([...Object.keys(EDITS), ...PER_PROCESS, ...REPLACED.keys()]);
      onResolve({ filter: /^\.\/virtual:/ }, ({ path: name }) =>
        name === PROCESS_MODULE
          ? { path: name, external: true }
          : { path: name.slice(VIRTUAL.length), namespace: 'virtual' },
      );
      onLoad({ filter: /.*/, namespace: 'virtual' }, ({ path: name }) => virtual(name, folder));
      onLoad({ filter: /\.js$/, namespace: 'file' }, async ({ path: absolute }) => {
        const file = relativeTo(folder, absolute);
        left.delete(file);
        const module = REPLACED.get(file);
        if (module !== undefined) return virtual(module, folder);
        const text = edited(file, await readFile(absolute, 'utf8'), EDITS[file] ?? []);
        const contents = PER_PROCESS.has(file) ? perProcess(text) : nested(text);
        return { contents, loader: 'js', resolveDir: path.dirname(absolute) };
      });
      onEnd(() => {
        if (left.size > 0) throw new Error(`undici has no ${[...left].join(', ')}`);
      });
    },
  };
}

function virtual(name: string, folder: string) {
  return { contents: MODULES[name] ?? '', loader: 'js' as const, resolveDir: folder };
}

function perProcess(text: string): string {
  return `module.exports = require('${PROCESS_MODULE}').perProcess(() => {
const module = { exports: {} };
${text}
return module.exports;
});`;
}

/** esbuild gives a class another name if it is at the top level of a module and names itself. */
function nested(text: string): string {
  return `(() => {\n${text}\n})();`;
}

function edited(file: string, text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { find, put } of edits) {
    const count = result.split(find).length - 1;
    if (count !== 1) throw new Error(`undici: ${file} has ${count} times ${JSON.stringify(find)}`);
    result = result.replace(find, () => put);
  }
  return result;
}
