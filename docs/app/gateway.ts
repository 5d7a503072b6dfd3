/** Visitors send their name. Each must receive its own name and no other. */
import { defineScenario, type Property } from 'seedstorm';

const ownWords: Property = {
  id: 'own-words',
  description: 'Each visitor receives its own words.',
  risk: 'mix-up',
  kind: 'always',
  checker: ({ check }) => ({
    observes: ['frame'],
    observe: (record) => {
      if (record.type !== 'frame' || record.kind !== 'text' || record.direction !== 'down') return;
      const { client, text } = record;
      check(text === client, () => ({ subject: 'words', text: `${client} receives ${text}` }));
    },
  }),
};

export default defineScenario({
  name: 'words',
  system: './words.ts',
  actors: {
    visitor: {
      async visit({ name, connect }) {
        const socket = await connect();
        socket.send(name);
      },
    },
  },
  properties: [ownWords],
  variants: [
    {
      id: 'fixed',
      edits: [{ file: './words.ts', within: 'start', find: 'last ?? socket', put: 'socket' }],
    },
  ],
});
