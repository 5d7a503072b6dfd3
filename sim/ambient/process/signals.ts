/**
 * The signals of Linux: their numbers, and what they do to a process of Node that has no listener.
 */
import type { ProcessExit } from '../../system/process-state.ts';

const NAMES = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGSTKFLT',
  'SIGCHLD',
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
  'SIGSYS',
] as const;

/** Node ignores SIGPIPE, and SIGUSR1 only opens its debugger. Linux ignores the others. */
const IGNORED: ReadonlySet<string> = new Set(['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH', 'SIGPIPE', 'SIGUSR1']);

/** These suspend the whole process, which is not simulated. */
const SUSPENDING: ReadonlySet<string> = new Set(['SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU']);

/** No process can have a listener for these. */
const UNCATCHABLE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGSTOP']);

/** Undefined for the name of another event. */
export function signalNumber(name: string): number | undefined {
  const index = (NAMES as readonly string[]).indexOf(name);
  return index === -1 ? undefined : index + 1;
}

export function signalName(number: number): string | undefined {
  return NAMES[number - 1];
}

export function isIgnored(name: string): boolean {
  return IGNORED.has(name);
}

export function isSuspending(name: string): boolean {
  return SUSPENDING.has(name);
}

export function isUncatchable(name: string): boolean {
  return UNCATCHABLE.has(name);
}

/** How a process ends that the signal kills. */
export function killedBy(signal: string): ProcessExit {
  return { code: 128 + (signalNumber(signal) ?? 0), signal };
}
