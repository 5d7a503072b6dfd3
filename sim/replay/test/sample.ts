/** A replay and its failure, for tests. */
import type { Failure } from '../../run/run-verdict.ts';
import { createReplay } from '../create-replay.ts';
import type { Replay } from '../replay-document.ts';

export const sampleFailure: Failure = {
  verdict: 'violation',
  property: 'no-orphan-tasks',
  risk: 'WS-003',
  subject: 'timer feed',
  text: 'client-2 left at 11.2 s, but its price task AAPL still runs',
  step: 14,
  atMs: 11_240,
  signature: 'no-orphan-tasks: timer feed',
};

export function sampleReplay(changed: Partial<Parameters<typeof createReplay>[0]> = {}): Replay {
  return createReplay({
    scenario: 'properties/gateway.ts',
    variant: 'orphaned-stream',
    codeHash: '0123456789abcdef',
    plan: {
      seed: '0x5f21c0de',
      nodes: 1,
      chaosMs: 8000,
      cohorts: [{ actor: 'watcher', count: 2, operationsMax: 3 }],
      operations: [
        { id: 'client-2.1', actor: 'client-2', name: 'connect', atMs: 100, arguments: {} },
        { id: 'client-2.2', actor: 'client-2', name: 'subscribe', atMs: 200, arguments: { symbol: 'AAPL' } },
      ],
      faults: [{ id: 'fault-1', kind: 'redis-reply-lost', target: '*', atMs: 4000, durationMs: 500, rate: 0.5 }],
    },
    choices: { 'client-2.1/latency/0': 0.25 },
    failure: sampleFailure,
    digest: 'fedcba9876543210',
    savedWith: '0.1.0',
    nodeVersion: '20.11.1',
    ...changed,
  });
}
