/**
 * Each visitor enters the chat and posts faster than posts are answered. Some posts contain links.
 */
import type { ActorDefinition, Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';
import { askOnce, Visitor } from '../visitor.ts';

const visitor: ActorDefinition<Visitor> = {
  countMax: 4,
  create: () => new Visitor(),
  script: (draw, operationsMax) => [
    { name: 'enter', pauseMs: draw.integer('pause', 0, 500) },
    ...Array.from({ length: operationsMax - 1 }, (_, number) => ({
      name: 'post',
      arguments: { number, text: draw.pick('text', ['hello', 'http://example.test']) },
      pauseMs: draw.integer('pause', 0, 200),
    })),
  ],
  operations: {
    enter: (context) => askOnce(context, 'enter', 'node-1'),
    post: ({ state, name }, { number, text }) => {
      state.tell(`post ${name} ${String(number)} ${String(text)}`);
      return Promise.resolve('ok');
    },
  },
  leave: ({ state }) => state.leave(),
};

const inOrder: Property = {
  id: 'in-order',
  risk: 'order',
  kind: 'always',
  description: 'Each client receives the posts of one visitor in the order in which they were posted.',
  checker: ({ check }) => {
    const newest = new Map<string, number>();
    return {
      observe: (record) => {
        if (record.type !== 'frame' || record.direction === 'up' || record.phase !== 'delivered') return;
        const [star, who = '', number] = record.text.split(' ');
        if (star !== '*') return;
        const pair = `${record.link} ${who}`;
        const before = newest.get(pair) ?? -1;
        newest.set(pair, Number(number));
        check(Number(number) > before, () => ({
          subject: 'order',
          text: `${record.client} is sent post ${number} of ${who} after post ${before}`,
        }));
      },
    };
  },
};

export default scenarioOf({
  name: 'order-lost',
  visitor,
  faults: ['latency', 'failpoint-delay', 'client-stall', 'connection-loss'],
  nodesMax: 1,
  property: inOrder,
  race: {
    within: 'post',
    find: 'const before = last.get(socket) ?? Promise.resolve();',
    put: 'const before = Promise.resolve();',
  },
});
