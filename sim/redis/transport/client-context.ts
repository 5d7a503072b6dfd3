import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import type { RedisTransport } from './transport.ts';

/** What a client's end of connections to Redis is made with, whichever client it is. */
export interface ClientContext {
  readonly kernel: Kernel;
  readonly recorder: Recorder;
  readonly transport: RedisTransport;
  /** The process that owns the connections. */
  readonly process: Domain;
  readonly node: string;
  /** `node-1.1.redis-1`, `node-1.1.socket-1` */
  readonly name: string;
  /** The client sent a command that is not simulated; `what` names it. */
  readonly onNotSimulated: (what: string) => void;
}
