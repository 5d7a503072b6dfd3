/** Visitors change and read a price, and read it once more when the system has settled. */
import type { ActorDefinition, Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';
import { askOnce, Visitor } from '../visitor.ts';

const visitor: ActorDefinition<Visitor> = {
  countMax: 5,
  create: () => new Visitor(),
  script: (draw, operationsMax) =>
    Array.from({ length: operationsMax }, (_, number) => ({
      name: draw.pick('what', ['change', 'read', 'read']),
      arguments: { number },
      pauseMs: draw.integer('pause', 0, 800),
    })),
  operations: {
    // Every change sets a different price.
    change: (context, { number }) => askOnce(context, `change tea ${context.number * 100 + Number(number)}`),
    read: (context) => askOnce(context, 'read tea'),
  },
  leave: (context) => void askOnce(context, 'read tea'),
};

const newestInTheEnd: Property = {
  id: 'newest-in-the-end',
  risk: 'stale-cache',
  kind: 'always',
  description: 'When the system has settled, reading a price returns the one in Redis.',
  marks: ['read in the end'],
  checker: ({ ledger, check, mark }) => {
    let settled = false;
    const asked = new Set<string>();
    return {
      observe: (record) => {
        if (record.type === 'fault' && record.kind === 'settled') settled = true;
        if (!settled || record.type !== 'frame' || record.kind !== 'text') return;
        const { link, client, direction, phase, text } = record;
        const [id, word = ''] = text.split(' ');
        if (direction === 'up' && phase === 'sent') asked.add(`${link} ${id}`);
        if (direction === 'up' || phase !== 'delivered' || word === 'sorry' || !asked.has(`${link} ${id}`)) return;
        mark('read in the end');
        const price = String(ledger.redisValue('tea') ?? '0');
        check(word === price, () => ({
          subject: 'price',
          text: `${client} reads ${word}, but the price is ${price}`,
        }));
      },
    };
  },
};

export default scenarioOf({
  name: 'stale-cache',
  visitor,
  faults: ['redis-message-lost', 'redis-drop', 'latency', 'node-stall', 'connection-loss'],
  nodesMax: 2,
  property: newestInTheEnd,
  race: {
    within: 'isFresh',
    find: 'return node.clock.monotonicMs() - readAtMs < FRESH_MS;',
    put: 'return readAtMs >= 0;',
  },
});
