/**
 * Nodes take turns at a job that only one may do at a time. The node that holds the lease in Redis
 * records each step of the job there.
 */
import type { StartSystem } from 'seedstorm';
import { redisOf } from '../serve.ts';

const LEASE_MS = 1000;
const STEP_MS = 150;
const STEPS = 3;

/**
 * Writes a step unless the lease has been taken again since. Compares the number of the lease, not
 * the time.
 */
const WRITE_IF_NEWEST = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('rpush', KEYS[2], ARGV[1] .. ' ' .. ARGV[2])
  return 1`;

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);
  const pause = (label: string, ms: number) =>
    new Promise<void>((resolve) => node.clock.startTimer({ label, owner: 'job' }, ms, resolve));

  /** Returns false if another node has the lease. A lease is never released; it expires. */
  async function write(lease: string, step: number): Promise<boolean> {
    // Having taken the lease is not enough: it may pass to another node while this one stalls or
    // the command is on its way.
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
