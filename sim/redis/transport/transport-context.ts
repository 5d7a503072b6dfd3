import type { Draws } from '../../kernel/draws.ts';
import type { ActiveFaults, Fault } from '../../kernel/fault.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import type { Strategy } from '../../kernel/strategy.ts';
import type { RedisEngine } from '../server/engine.ts';

/** What a world gives its Redis. */
export interface RedisTransportContext {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly strategy: Strategy;
  readonly recorder: Recorder;
  readonly faults: ActiveFaults;
  readonly engine: RedisEngine;
  /** A fault took effect; `detail` names what it hit. */
  readonly hit: (fault: Fault, detail: string) => void;
}
