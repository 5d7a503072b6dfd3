/**
 * `node:https`. Requests and servers throw. An agent can be made, because many packages make one
 * while they are loaded and never use it.
 */
import { EventEmitter } from 'node:events';
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

export function createHttpsModule(guard: Guard, real: ModuleExports): ModuleExports {
  class Agent extends EventEmitter {
    readonly options: Readonly<Record<string, unknown>>;
    readonly requests = {};
    readonly sockets = {};
    readonly freeSockets = {};
    readonly defaultPort = 443;
    readonly protocol = 'https:';
    readonly keepAlive: boolean;
    readonly maxSockets: unknown;

    constructor(options: Readonly<Record<string, unknown>> = {}) {
      super();
      this.options = { ...options };
      this.keepAlive = options['keepAlive'] === true;
      this.maxSockets = options['maxSockets'] ?? Number.POSITIVE_INFINITY;
    }

    createConnection(): never {
      return guard.refuse('node:https Agent.createConnection');
    }

    destroy(): void {}
  }
  return moduleProxy('node:https', real, guard, { Agent }, []);
}
