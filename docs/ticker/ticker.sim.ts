import { atEnd, defineScenario } from 'seedstorm';

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
    atEnd('no timer outlives its connection', ({ ledger, check }) => {
      for (const node of ledger.nodes())
        check(ledger.timers(node).length <= ledger.openConnections(node).length, `${node} leaks timers`);
    }),
  ],
});
