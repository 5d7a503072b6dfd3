/** Shared by all connections of a network. */
import type { Circumstances } from '../kernel/circumstances.ts';
import type { Draws } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Recorder } from '../kernel/recorder.ts';
import type { Client } from './client.ts';
import type { Completions } from './completions.ts';
import type { Latency } from './latency.ts';
import type { OpenLink } from './open-link.ts';

export interface LinkContext {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly latency: Latency;
  readonly completions: Completions;
  readonly circumstances: Circumstances;
  /** Called when an actor's code uses something that browsers do not have. */
  readonly refuseClient: (client: Client, way: string) => never;
  /** Called once, when both ends have closed. */
  onGone(link: OpenLink): void;
}
