/** Visitors say their name, and hear their own and no other. */
import { type ActorDefinition, defineScenario, type Property } from 'seedstorm';

const visitor: ActorDefinition<null> = {
  countMax: 4,
  create: () => null,
  script: (draw) => [{ name: 'visit', pauseMs: draw.integer('pause', 0, 500) }],
  operations: {
    visit: async (context) => {
      const socket = await context.dial('node-1').catch(() => null);
      socket?.send(context.name);
      return socket === null ? { outcome: 'fail', detail: 'refused' } : 'ok';
    },
  },
  leave: () => undefined,
};

const ownWords: Property = {
  id: 'own-words',
  description: 'Everybody hears their own words.',
  risk: 'mix-up',
  kind: 'always',
  checker: ({ check }) => ({
    observe: (record) => {
      if (record.type !== 'frame' || record.kind !== 'text' || record.direction !== 'down') return;
      const { client, text } = record;
      check(text === client, () => ({ subject: 'words', text: `${client} hears ${text}` }));
    },
  }),
};

export default defineScenario({
  name: 'words',
  system: { entry: './words.ts' },
  configuration: null,
  nodesMax: 1,
  actors: { visitor },
  operationsMax: 1,
  faultsMax: 2,
  chaosMs: { min: 1000, max: 2000 },
  // A closing handshake that nobody answers takes 30 s.
  settleMs: 31_000,
  leaveMs: 1000,
  operationMs: 10_000,
  properties: [ownWords],
  variants: [
    {
      id: 'mended',
      edits: [{ file: './words.ts', within: 'start', find: 'last ?? socket', put: 'socket' }],
    },
  ],
});
