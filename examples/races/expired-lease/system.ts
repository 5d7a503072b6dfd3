/** Nodes take turns at a job that only one may do: whoever holds the lease in Redis writes down, step by step, what it has done. */
import type { StartSystem } from 'seedstorm';
import { redisOf } from '../serve.ts';

const LEASE_MS = 1000;
const STEP_MS = 150;
const STEPS = 3;

/** Writes a step unless somebody has taken the lease since: the number of the lease decides, not the time. */
const WRITE_IF_NEWEST = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('rpush', KEYS[2], ARGV[1] .. ' ' .. ARGV[2])
  return 1`;

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);
  const pause = (label: string, ms: number) =>
    new Promise<void>((resolve) => node.clock.startTimer({ label, owner: 'job' }, ms, resolve));

  /** False when somebody else has the lease by now. It is never given back, and runs out by itself. */
  async function write(lease: string, step: number): Promise<boolean> {
    // To have taken the lease is not enough: this node may stand still, or the command be late, until it is another's.
    return (await redis.call('eval', WRITE_IF_NEWEST, 2, 'leases', 'job', lease, step)) === 1;
  }

  async function work(): Promise<void> {
    const isMine = (await redis.set('lease', node.name, 'PX', LEASE_MS, 'NX')) === 'OK';
    if (!isMine) return;
    const lease = String(await redis.call('incr', 'leases'));
    for (let step = 1; step <= STEPS; step += 1) {
      await pause('step', STEP_MS);
      if (!(await write(lease, step))) return;
    }
  }

  async function live(): Promise<void> {
    for (;;) {
      await work().catch(() => undefined);
      await pause('wait', 300 + Math.floor(node.entropy.fraction('wait') * 600));
    }
  }

  void live();
  node.listen((socket) => socket.on('message', () => socket.send('working')));
  return {};
};
