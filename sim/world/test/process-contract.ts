/**
 * The contract of processes: small programs, each with what a process that runs it writes to stdout
 * and how it ends. The results are the same with Node and in the simulation.
 */
import type { ProcessEntry } from './process-entry.ts';
import { PROCESS_ERRORS } from './process-errors.ts';
import { PROCESS_EXITS } from './process-exits.ts';
import { PROCESS_SIGNALS } from './process-signals.ts';

export const PROCESS_CONTRACT: readonly ProcessEntry[] = [...PROCESS_EXITS, ...PROCESS_ERRORS, ...PROCESS_SIGNALS];
