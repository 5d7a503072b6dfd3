/** Files that a check skips, each with its reason. If a list grows, its rule is wrong. */
import type { Exception } from './source.ts';

/** May use time, chance and timers of the machine, in folders where all other files must not. */
export const AMBIENT: readonly Exception[] = [
  { path: 'core/adapters/*', reason: 'the production side of the ports' },
  { path: 'core/client/*', reason: 'runs in browsers; its options replace the time and chance that it uses there' },
  { path: 'core/page/*', reason: 'the page, which runs in browsers only' },
  { path: 'core/server.ts', reason: 'composes the gateway for production' },
  { path: 'core/token.ts', reason: 'a command: issues tokens that are valid from now on' },
  {
    path: 'sim/kernel/drain.ts',
    reason: 'runs the microtasks of a step, with setImmediate where nothing else works',
  },
  { path: 'sim/ambient/*', reason: 'replaces the globals of systems and libraries, and so has to name them' },
];

/** May be longer than the limit. */
export const LENGTH: readonly Exception[] = [];

/** May keep state in a module. */
export const MODULE_STATE: readonly Exception[] = [
  { path: 'core/page/page.js', reason: 'a browser evaluates it once for each page that it shows' },
];

/** May contain absolute paths of a machine. */
export const MACHINE_PATHS: readonly Exception[] = [
  { path: 'package-lock.json', reason: 'written by npm' },
  { path: 'replays/*.json', reason: 'contains text that generated clients send, naughty strings included' },
];
