/** Each visitor publishes on one topic and starts to follow it at some point. */
import { type ActorDefinition, nothingLeaks, type Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';
import { askOnce, nodeOf, Visitor } from '../visitor.ts';

const visitor: ActorDefinition<Visitor> = {
  countMax: 6,
  create: () => new Visitor(),
  script: (draw, operationsMax) => {
    const follow = draw.integer('when', 0, operationsMax - 1);
    return Array.from({ length: operationsMax }, (_, number) => ({
      name: number === follow ? 'follow' : 'publish',
      arguments: { number },
      pauseMs: draw.integer('pause', 0, 60),
    }));
  },
  operations: {
    follow: (context) => askOnce(context, 'follow weather'),
    publish: async (context, { number }) => {
      if (!(await context.state.connect(context, nodeOf(context)))) return { outcome: 'fail', detail: 'refused' };
      context.state.tell(`publish weather ${context.name}-${String(number)}`);
      return 'ok';
    },
  },
  leave: ({ state }) => state.leave(),
};

const nothingMissed: Property = {
  id: 'nothing-missed',
  risk: 'gap',
  kind: 'always',
  description: 'When the system has settled, each follower of a topic has received all its news.',
  marks: ['followed to the end'],
  checker: ({ ledger, check, mark }) => {
    const following = new Map<string, Set<string>>();
    /** Number of the newest piece of news, by connection and topic. */
    const newest = new Map<string, number>();
    return {
      observe: (record) => {
        if (record.type === 'fault' && record.kind === 'settled') {
          for (const [link, topics] of following)
            for (const topic of topics) {
              mark('followed to the end');
              const there = ((ledger.redisValue(topic) ?? []) as unknown[]).length;
              const sent = newest.get(`${link} ${topic}`) ?? 0;
              check(sent === there, () => ({
                subject: 'news',
                text: `${link} follows ${topic} and was sent ${sent} of its ${there} pieces of news`,
              }));
            }
        }
        if (record.type !== 'frame' || record.direction === 'up') return;
        const { link, kind, phase, text } = record;
        if (kind === 'close') following.delete(link);
        if (kind !== 'text' || phase !== 'delivered') return;
        const [first, second = '', third = ''] = text.split(' ');
        if (first === '*') newest.set(`${link} ${second}`, Number(third));
        if (second === 'following') following.set(link, (following.get(link) ?? new Set<string>()).add(third));
      },
    };
  },
};

export default scenarioOf({
  name: 'snapshot-gap',
  visitor,
  faults: ['latency', 'client-stall', 'connection-loss'],
  nodesMax: 2,
  property: nothingMissed,
  moreProperties: [nothingLeaks()],
  race: {
    within: 'follow',
    find: `followers.add(follower);
    await subscriber.subscribe(topic);
    const news = (await redis.call('lrange', topic, 0, -1)) as string[];`,
    put: `const news = (await redis.call('lrange', topic, 0, -1)) as string[];
    await subscriber.subscribe(topic);
    followers.add(follower);`,
  },
});
