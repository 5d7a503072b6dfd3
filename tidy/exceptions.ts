/** The files that a check leaves alone, each with its reason. A list that grows is a rule that is wrong. */
import type { Exception } from './source.ts';

/** May ask the machine for time, chance and turns, though they stand where everything else must not. */
export const AMBIENT: readonly Exception[] = [
  { path: 'core/adapters/*', reason: 'the production side of the ports' },
  { path: 'core/server.ts', reason: 'composes the gateway for production' },
  { path: 'core/token.ts', reason: 'a command: issues tokens of the present moment' },
  {
    path: 'sim/kernel/drain.ts',
    reason: 'runs the microtasks of a step, by turns of setImmediate where nothing else works',
  },
  { path: 'sim/ambient/*', reason: 'replaces the ambient names of systems and libraries, and so has to name them' },
];

/** May be longer than the limit. */
export const LENGTH: readonly Exception[] = [];

/** May keep state in a module. */
export const MODULE_STATE: readonly Exception[] = [];

/** May name paths of a machine. */
export const MACHINE_PATHS: readonly Exception[] = [
  { path: 'package-lock.json', reason: 'written by npm' },
  { path: 'replays/*.json', reason: 'carries text that generated clients send, naughty strings included' },
];
