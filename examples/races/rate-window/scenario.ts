/** Each visitor sends requests faster than allowed while the wall clocks of nodes are set. */
import type { ActorDefinition, Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';
import { Visitor } from '../visitor.ts';

const PER_WINDOW = 3;
const WINDOW_MS = 1000;

const visitor: ActorDefinition<Visitor> = {
  countMax: 3,
  create: () => new Visitor(),
  script: (draw, operationsMax) =>
    Array.from({ length: operationsMax }, () => ({ name: 'ask', pauseMs: draw.integer('pause', 0, 900) })),
  operations: {
    ask: async (context) => {
      if (!(await context.state.connect(context, 'node-1'))) return { outcome: 'fail', detail: 'refused' };
      for (let time = 0; time < 3; time += 1) context.state.tell('ask');
      return 'ok';
    },
  },
  leave: ({ state }) => state.leave(),
};

const limited: Property = {
  id: 'limited',
  risk: 'wall-clock',
  kind: 'always',
  description:
    'A connection gets at most three answers within a second, and is not refused after a second without one.',
  checker: ({ check }) => {
    const answered = new Map<string, number[]>();
    return {
      observe: (record) => {
        if (record.type !== 'frame' || record.direction === 'up' || record.phase !== 'sent' || record.kind !== 'text')
          return;
        const { link, client, text, atMs } = record;
        const within = (answered.get(link) ?? []).filter((earlierMs) => atMs - earlierMs < WINDOW_MS);
        if (text.endsWith('yes')) {
          check(within.length < PER_WINDOW, () => ({
            subject: 'too often',
            text: `${client} is answered ${within.length + 1} times within a second`,
          }));
          within.push(atMs);
        } else {
          check(within.length > 0, () => ({
            subject: 'too seldom',
            text: `${client} is refused, and was not answered for a second`,
          }));
        }
        answered.set(link, within);
      },
    };
  },
};

export default scenarioOf({
  name: 'rate-window',
  visitor,
  faults: ['clock-jump', 'clock-skew', 'node-stall', 'latency'],
  nodesMax: 1,
  property: limited,
  race: { within: 'nowMs', find: 'return node.clock.monotonicMs();', put: 'return node.clock.wallMs();' },
});
