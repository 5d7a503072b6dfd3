/** Kitchens wait for orders. Guests without an answer send theirs again on a new connection. */
import type { ActorDefinition, Outcome, Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';
import { askOnce, nodeOf, Visitor } from '../visitor.ts';

const ATTEMPTS = 3;

const visitor: ActorDefinition<Visitor> = {
  countMax: 5,
  create: () => new Visitor(),
  script: (draw, operationsMax) =>
    draw.fraction('cooks') < 0.3
      ? [{ name: 'cook', pauseMs: 0 }]
      : Array.from({ length: operationsMax }, (_, number) => ({
          name: 'order',
          arguments: { number },
          pauseMs: draw.integer('pause', 0, 400),
        })),
  operations: {
    cook: (context) => askOnce(context, 'cook'),
    order: async (context, { number }) => {
      let outcome: Outcome = 'ok';
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        outcome = await askOnce(context, `take ${context.name}-${String(number)}`, nodeOf(context));
        if (outcome === 'ok') break;
        context.state.leave();
        await context.sleep(200);
      }
      return outcome;
    },
  },
  leave: ({ state }) => state.leave(),
};

const onceOnly: Property = {
  id: 'once-only',
  risk: 'double-delivery',
  kind: 'always',
  description: 'A kitchen receives each order at most once.',
  checker: ({ check }) => {
    const heard = new Set<string>();
    return {
      observe: (record) => {
        if (record.type !== 'frame' || record.direction === 'up' || record.phase !== 'delivered') return;
        const { link, client, text } = record;
        if (!text.startsWith('* ')) return;
        check(!heard.has(`${link} ${text}`), () => ({
          subject: 'order',
          text: `${client} received the order ${text.slice(2)} again`,
        }));
        heard.add(`${link} ${text}`);
      },
    };
  },
};

export default scenarioOf({
  name: 'delivered-twice',
  visitor,
  faults: ['latency', 'connection-loss', 'redis-reply-lost', 'redis-slow-reply', 'client-stall'],
  nodesMax: 2,
  property: onceOnly,
  race: {
    within: 'take',
    find: "Number(await redis.call('hsetnx', 'orders', order, 'taken')) === 1",
    put: "Number(await redis.call('hset', 'orders', order, 'taken')) >= 0",
  },
});
