/** Each visitor waits for the greeting, then asks. */
import type { ActorOperations, Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';

const visitor: ActorOperations = {
  async ask({ connect, sleep }) {
    const socket = await connect();
    socket.onmessage = ({ data }) => {
      if (data === 'welcome') socket.send('question');
    };
    await sleep(1000);
    socket.close();
  },
};

const noneTurnedAway: Property = {
  id: 'none-turned-away',
  risk: 'answered-early',
  kind: 'always',
  description: 'A visitor that was welcomed is not turned away.',
  checker: ({ check }) => ({
    observes: ['frame'],
    observe: (record) => {
      if (record.type !== 'frame' || record.kind !== 'close' || record.direction !== 'down') return;
      const { client, phase, code } = record;
      check(phase !== 'sent' || code !== 4401, () => ({ subject: 'visitor', text: `${client} was turned away` }));
    },
  }),
};

export default scenarioOf({
  name: 'answered-early',
  visitor,
  faults: ['latency', 'client-stall', 'node-stall'],
  nodesMax: 1,
  property: noneTurnedAway,
  race: {
    within: 'greet',
    find: "greeted.add(socket);\n    await sent(socket, 'welcome');",
    put: "await sent(socket, 'welcome');\n    greeted.add(socket);",
  },
});
