/** Runs without clients: the nodes work unattended, and their event loops stall now and then. */
import type { Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';

const oneWorker: Property = {
  id: 'one-worker',
  risk: 'lease',
  kind: 'always',
  description: 'After a later holder of the lease has written, no earlier holder writes.',
  marks: ['a step was written'],
  checker: ({ ledger, check, mark }) => {
    let seen = 0;
    let newest = 0;
    return {
      observe: (record) => {
        if (record.type !== 'command' || record.phase !== 'applied') return;
        const steps = (ledger.redisValue('job') ?? []) as string[];
        for (; seen < steps.length; seen += 1) {
          const [lease, step] = (steps[seen] ?? '').split(' ').map(Number);
          mark('a step was written');
          check((lease ?? 0) >= newest, () => ({
            subject: 'step',
            text: `lease ${lease} writes its step ${step} after lease ${newest} has written`,
          }));
          newest = Math.max(newest, lease ?? 0);
        }
      },
    };
  },
};

export default scenarioOf({
  name: 'expired-lease',
  faults: ['node-stall', 'redis-slow-reply', 'timers-late', 'node-crash', 'redis-stall'],
  nodesMax: 2,
  property: oneWorker,
  race: {
    within: 'write',
    find: "return (await redis.call('eval', WRITE_IF_NEWEST, 2, 'leases', 'job', lease, step)) === 1;",
    put: "await redis.call('rpush', 'job', `${lease} ${step}`); return true;",
  },
});
