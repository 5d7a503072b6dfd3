/**
 * What a main module is given and must do.
 *
 * Fault model. A process that ends on its own is started again after 1 s, as an orchestrator does.
 * The delay does not grow.
 */
import type { Environment, ProcessExit } from '../system/process-state.ts';

export const RESTARTED_AFTER_MS = 1000;

/**
 * The environment of a container in production. `NODE_ENV` is `production`, because that is what
 * runs there: frameworks then hide the details of errors and cache their templates.
 */
export function mainEnvironment(node: string, given: Environment): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: '0.0.0.0',
    PORT: '3000',
    REDIS_URL: 'redis://redis:6379',
    HOSTNAME: node,
    NODE_NAME: node,
    ...given,
  };
}

/** Different for each process of a run. */
export function mainPid(node: string, processNumber: number): number {
  return Number(/\d+$/.exec(node)?.[0] ?? 0) * 1000 + processNumber;
}

/** Why a main module that never listened is an error of the scenario. */
export function neverListened({ code }: ProcessExit, nowMs: number): string {
  return (
    `exit code ${code} at ${nowMs} ms. A main module starts a server with listen() and keeps its process alive. ` +
    'If it needs settings, set them in system.env; a module that does not start a server can export start(node)'
  );
}
