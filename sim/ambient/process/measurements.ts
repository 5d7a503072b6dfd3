/**
 * What a process measures of itself. The values are invented: the same on every machine, plausible,
 * and growing with virtual time, so that metrics libraries run. No code of a system is measured.
 *
 * The process is busy for 5 % of the time. Its heap grows and is collected every 16 s.
 */
import type { AmbientHost } from '../../system/image.ts';

const MEBIBYTE = 2 ** 20;
/** The memory of the machine. */
export const MEMORY_BYTES = 2 ** 32;
const USER_SHARE = 0.04;
const SYSTEM_SHARE = 0.01;
/** CPU time of starting Node. */
const START_USER_US = 30_000;
const START_SYSTEM_US = 8000;
const COLLECTED_EVERY_MS = 16_000;
const GARBAGE_BYTES = 8 * MEBIBYTE;
const HEAP_USED_BYTES = 16 * MEBIBYTE;
const HEAP_TOTAL_BYTES = 32 * MEBIBYTE;
const EXTERNAL_BYTES = 2 * MEBIBYTE;
const RESIDENT_BYTES = 72 * MEBIBYTE;
const UNPRIVILEGED_ID = 1000;

export interface CpuUsage {
  readonly user: number;
  readonly system: number;
}

function cpuUsage(host: AmbientHost, since?: CpuUsage): CpuUsage {
  const elapsedUs = elapsedMs(host) * 1000;
  const user = START_USER_US + Math.round(elapsedUs * USER_SHARE);
  const system = START_SYSTEM_US + Math.round(elapsedUs * SYSTEM_SHARE);
  return since === undefined ? { user, system } : { user: user - since.user, system: system - since.system };
}

/** Milliseconds since the process started. */
export function elapsedMs(host: AmbientHost): number {
  return host.monotonicMs() - host.state.startedAtMs;
}

/** Milliseconds since then in which the process was busy. */
export function busyMs(host: AmbientHost): number {
  return elapsedMs(host) * (USER_SHARE + SYSTEM_SHARE);
}

/** Bytes of the heap. */
export function heapBytes(host: AmbientHost): { readonly used: number; readonly total: number } {
  const garbage = Math.floor(((elapsedMs(host) % COLLECTED_EVERY_MS) / COLLECTED_EVERY_MS) * GARBAGE_BYTES);
  return { used: HEAP_USED_BYTES + garbage, total: HEAP_TOTAL_BYTES };
}

function memoryUsage(host: AmbientHost): Record<string, number> {
  const { used, total } = heapBytes(host);
  return {
    rss: RESIDENT_BYTES,
    heapTotal: total,
    heapUsed: used,
    external: EXTERNAL_BYTES,
    arrayBuffers: EXTERNAL_BYTES / 16,
  };
}

function resourceUsage(host: AmbientHost): Record<string, number> {
  const { user, system } = cpuUsage(host);
  return {
    userCPUTime: user,
    systemCPUTime: system,
    maxRSS: RESIDENT_BYTES / 1024,
    sharedMemorySize: 0,
    unsharedDataSize: 0,
    unsharedStackSize: 0,
    minorPageFault: 4000,
    majorPageFault: 0,
    swappedOut: 0,
    fsRead: 0,
    fsWrite: 0,
    ipcSent: 0,
    ipcReceived: 0,
    signalsCount: 0,
    voluntaryContextSwitches: Math.floor(elapsedMs(host) / 10),
    involuntaryContextSwitches: Math.floor(elapsedMs(host) / 1000),
  };
}

/** The functions of `process` that measure, and those that name its user. */
export function createMeasurements(host: AmbientHost): Record<string, unknown> {
  const identity = (): number => UNPRIVILEGED_ID;
  return {
    uptime: () => elapsedMs(host) / 1000,
    hrtime: Object.assign((since?: readonly [number, number]) => highResolutionTime(host.monotonicMs(), since), {
      bigint: () => BigInt(Math.round(host.monotonicMs() * 1e6)),
    }),
    cpuUsage: (since?: CpuUsage) => cpuUsage(host, since),
    memoryUsage: Object.assign(() => memoryUsage(host), { rss: () => RESIDENT_BYTES }),
    resourceUsage: () => resourceUsage(host),
    constrainedMemory: () => MEMORY_BYTES,
    availableMemory: () => MEMORY_BYTES - RESIDENT_BYTES,
    getActiveResourcesInfo: () => Array.from({ length: host.state.control?.references ?? 0 }, () => 'Timeout'),
    getuid: identity,
    geteuid: identity,
    getgid: identity,
    getegid: identity,
    getgroups: () => [UNPRIVILEGED_ID],
    umask(mask?: number) {
      const { state } = host;
      const before = state.umask;
      if (mask !== undefined) state.umask = Number(mask) & 0o777;
      return before;
    },
  };
}

function highResolutionTime(nowMs: number, since?: readonly [number, number]): [number, number] {
  const now = Math.round(nowMs * 1e6);
  const elapsed = since === undefined ? now : now - (since[0] * 1e9 + since[1]);
  const seconds = Math.floor(elapsed / 1e9);
  return [seconds, elapsed - seconds * 1e9];
}
