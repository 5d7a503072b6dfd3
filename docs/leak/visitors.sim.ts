/** A table inside the process: its size, as the node reports it, against the open connections. */
import { defineScenario, type Property } from 'seedstorm';

const noVisitorKept: Property = {
  id: 'no-visitor-kept',
  risk: 'leak',
  kind: 'always',
  description: 'After the last visitor has left, a node keeps no more visitors than connections.',
  checker: ({ ledger, check }) => {
    const sizes = new Map<string, number>();
    return {
      observes: ['node', 'probe'],
      observe: (record) => {
        // The table ends with its process.
        if (record.type === 'node' && record.phase === 'started') sizes.set(record.node, 0);
        else if (record.type === 'probe' && record.name === 'visitors')
          sizes.set(record.node, Number(record.fields['size']));
      },
      end: () => {
        for (const node of ledger.nodes()) {
          const kept = sizes.get(node) ?? 0;
          const connections = ledger.openConnections(node).length;
          check(kept <= connections, () => ({
            subject: 'visitors',
            text: `${node} keeps ${kept} visitors for ${connections} connections`,
          }));
        }
      },
    };
  },
};

export default defineScenario({
  system: './visitors.ts',
  actors: {
    visitor: {
      async visit({ connect, integer, sleep }) {
        const socket = await connect();
        await sleep(integer('stayMs', 10, 3000));
        socket.close();
      },
    },
  },
  properties: [noVisitorKept],
  variants: [
    {
      id: 'kept-visitor',
      risk: 'leak',
      expected: 'no-visitor-kept',
      edits: [{ file: './visitors.ts', within: 'start', find: 'visitors.delete(socket);', put: '' }],
    },
  ],
});
