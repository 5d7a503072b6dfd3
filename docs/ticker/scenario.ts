/** The scenario: what is simulated, who uses it, what may go wrong for how long, and what must hold. */
import { defineScenario } from 'seedstorm';
import { noLooseTimers } from './promise.ts';

export default defineScenario({
  name: 'ticker',
  system: { entry: './system.ts' },
  configuration: null,
  nodesMax: 2,
  actors: {
    visitor: {
      countMax: 10,
      create: () => null,
      script: (draw, operationsMax) =>
        Array.from({ length: operationsMax }, () => ({
          name: 'visit',
          arguments: { stayMs: draw.integer('stay', 10, 3000) },
          pauseMs: draw.integer('pause', 0, 1000),
        })),
      operations: {
        visit: async (context, { stayMs }) => {
          const socket = await context.dial('node-1').catch(() => null);
          if (socket === null) return { outcome: 'fail', detail: 'refused' };
          await context.sleep(Number(stayMs));
          socket.close();
          return 'ok';
        },
      },
      leave: () => undefined,
    },
  },
  operationsMax: 4,
  faultsMax: 3,
  chaosMs: { min: 2000, max: 8000 },
  // A closing handshake that nobody answers takes 30 s.
  settleMs: 31_000,
  leaveMs: 1000,
  operationMs: 10_000,
  properties: [noLooseTimers],
  variants: [
    {
      id: 'forgotten-timer',
      risk: 'leak',
      expected: 'no-loose-timers',
      edits: [{ file: './system.ts', within: 'start', find: "socket.on('close', () => timer.cancel());", put: '' }],
    },
  ],
});
