/** Plans that the arbitrary generates for a scenario with two kinds of actors. */
import { formatSeed } from '../../kernel/seed.ts';
import { FAULT_KINDS } from '../../world/faults/catalogue.ts';
import { planOf } from '../arbitrary.ts';
import type { Scripts } from '../script.ts';
import type { PlanShape } from '../shape.ts';

export const scripts: Scripts = {
  talker: {
    concurrent: ['shout'],
    operations: { say: null, shout: null },
    script: (draw, operationsMax) =>
      Array.from({ length: draw.integer('words', 1, operationsMax) }, () => ({
        name: draw.pick('what', ['say', 'shout']),
        pauseMs: draw.integer('pause', 1, 400),
      })),
  },
  listener: { script: () => [{ name: 'listen', pauseMs: 5 }] },
};

export const shape: PlanShape = {
  scripts,
  actorsMax: { talker: 60, listener: 1 },
  operationsMax: 10,
  nodesMax: 3,
  chaosMs: { min: 1000, max: 8000 },
  faultKinds: [...FAULT_KINDS.keys()],
  faultsMax: 6,
  faultDurationMaxMs: { latency: 500, 'redis-down': 30_000 },
  smallSendBuffers: { bytes: [5120, 8192], oneSeedIn: 4 },
};

export const plans = Array.from({ length: 400 }, (_, index) => planOf(formatSeed(BigInt(index + 1)), shape));
export const noisy = plans.filter(({ faults }) => faults.length > 3).slice(0, 12);
