/** Runs a kernel without a world, for the tests of the kernel. */
import type { Domain } from '../heap.ts';
import { Kernel } from '../kernel.ts';
import type { KernelOptions, LoopEnd } from '../kernel-options.ts';

export const DOMAIN: Domain = { name: 'domain', alive: true };

export interface KernelRun {
  readonly end: LoopEnd;
  readonly kernel: Kernel;
  /** What the events noted, with `|` at each quiescent step. */
  readonly log: readonly string[];
}

export type Note = (what: string) => void;

export async function runKernel(
  arrange: (kernel: Kernel, note: Note) => void,
  options: Partial<KernelOptions> = {},
): Promise<KernelRun> {
  const log: string[] = [];
  const kernel = new Kernel({
    stepsMax: 1000,
    frozenStepsMax: 100,
    onQuiescent: () => log.push('|'),
    ...options,
  });
  arrange(kernel, (what) => log.push(what));
  return { end: await kernel.run(), kernel, log };
}
