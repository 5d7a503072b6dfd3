/** The files of the page at `/`, and of the client that it uses. No other file is served. */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Page } from './ws-server.ts';

declare const SEEDSTORM_ROOT: string;

const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const SVG = 'image/svg+xml';

/** By path: the file, in core, and its type. */
const FILES: Readonly<Record<string, readonly [file: string, contentType: string]>> = {
  '/': ['page/index.html', HTML],
  '/page/page.css': ['page/page.css', CSS],
  '/page/page.js': ['page/page.js', SCRIPT],
  '/page/icon.svg': ['page/icon.svg', SVG],
  '/client/defaults.js': ['client/defaults.js', SCRIPT],
  '/client/emitter.js': ['client/emitter.js', SCRIPT],
  '/client/prices-client.js': ['client/prices-client.js', SCRIPT],
  '/client/requests.js': ['client/requests.js', SCRIPT],
  '/client/subscriptions.js': ['client/subscriptions.js', SCRIPT],
  '/client/timers.js': ['client/timers.js', SCRIPT],
};

/** Nothing from elsewhere, no inline script or style, and no HTML made of text. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
};

/** The responses by path. A file is read when it is requested. */
export const pageFiles: Readonly<Record<string, () => Promise<Page>>> = Object.fromEntries(
  Object.entries(FILES).map(([path, [file, contentType]]) => [
    path,
    async (): Promise<Page> => {
      const body = await readFile(new URL(file, coreFolder()), 'utf8');
      return { status: 200, contentType, headers: HEADERS, body };
    },
  ]),
);

/** In a bundle, `import.meta.url` is the bundle. */
function coreFolder(): URL {
  if (typeof SEEDSTORM_ROOT !== 'string') return new URL('../', import.meta.url);
  return new URL('core/', pathToFileURL(`${SEEDSTORM_ROOT}/`));
}
