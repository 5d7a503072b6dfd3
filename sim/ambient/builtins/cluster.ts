/**
 * `node:cluster` in a process that has no workers: it may be listened to, but has nothing to
 * report. Starting a worker is refused.
 */
import { EventEmitter } from 'node:events';
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

export function createClusterModule(guard: Guard, real: ModuleExports): ModuleExports {
  const emitter = new EventEmitter();
  const members: ModuleExports = { isMaster: true, isPrimary: true, isWorker: false, workers: {}, settings: {} };
  for (const [name, member] of Object.entries(EventEmitter.prototype))
    if (typeof member === 'function') members[name] = (member as () => unknown).bind(emitter);
  const passed = ['SCHED_NONE', 'SCHED_RR', 'schedulingPolicy'];
  // In Node the methods of emitters are inherited.
  return moduleProxy('node:cluster', { ...members, ...real }, guard, members, passed);
}
