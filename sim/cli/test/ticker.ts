/** The smallest system and its scenario, as texts to be written beside each other. */

export const TICKER = `
import type { StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  node.listen((socket) => {
    const timer = setInterval(() => socket.send('tick'), 1000);
    socket.on('close', () => clearInterval(timer));
  });
  return {};
};
`;

export const TICKER_WITH_LEAK = TICKER.replace("socket.on('close', () => clearInterval(timer));", 'void timer;');

export const TICKER_SCENARIO = `
import { defineScenario } from 'seedstorm';

export default defineScenario({
  system: './ticker.ts',
  actors: {
    visitor: {
      async visit({ connect, integer, sleep }) {
        const socket = await connect();
        await sleep(integer('stayMs', 10, 3000));
        socket.close();
      },
    },
  },
  properties: [
    {
      id: 'no-timer-left',
      description: 'No timer outlives its connection.',
      kind: 'always',
      checker: ({ ledger, check }) => ({
        observe: () => undefined,
        end: () => {
          for (const node of ledger.nodes()) {
            const open = ledger.connections().filter((one) => one.node === node && one.atNode !== 'gone').length;
            check(ledger.timers(node).length <= open, () => ({ subject: 'timers', text: node + ' leaks timers' }));
          }
        },
      }),
    },
  ],
});
`;
