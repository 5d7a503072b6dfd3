/** The promise: evidence alone. What the system tells of itself is not asked. */
import type { Property } from 'seedstorm';

export const noLooseTimers: Property = {
  id: 'no-loose-timers',
  risk: 'leak',
  kind: 'always',
  description: 'When everybody has left, a node has no more timers than connections.',
  checker: ({ ledger, check }) => ({
    observe: () => undefined,
    end: () => {
      for (const node of ledger.nodes()) {
        const timers = ledger.timers(node).length;
        const held = ledger.connections().filter((one) => one.node === node && one.atNode !== 'gone').length;
        check(timers <= held, () => ({
          subject: 'timers',
          text: `${node} runs ${timers} timers for ${held} connections`,
        }));
      }
    },
  }),
};
