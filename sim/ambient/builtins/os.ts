/** `node:os` of a small machine, the same on every real machine. */
import type { AmbientHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import { MEMORY_BYTES } from '../process/measurements.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

export function createOsModule(host: AmbientHost, guard: Guard, real: ModuleExports): ModuleExports {
  const cpu = { model: 'simulated', speed: 1000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } };
  const replaced: ModuleExports = {
    EOL: '\n',
    devNull: '/dev/null',
    arch: () => 'x64',
    availableParallelism: () => 1,
    cpus: () => [cpu],
    endianness: () => 'LE',
    freemem: () => MEMORY_BYTES,
    homedir: () => '/',
    hostname: () => (host.state.isMain ? host.who : 'simulated'),
    loadavg: () => [0, 0, 0],
    machine: () => 'x86_64',
    networkInterfaces: () => ({}),
    platform: () => 'linux',
    release: () => '0.0.0',
    tmpdir: () => '/tmp',
    totalmem: () => MEMORY_BYTES,
    type: () => 'Linux',
    uptime: () => host.monotonicMs() / 1000,
    version: () => 'simulated',
  };
  return moduleProxy('node:os', real, guard, replaced, ['constants']);
}
