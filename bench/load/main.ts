/**
 * `npm run load -- [--clients 1000] [--seconds 60]`: real connections on loopback against `npm
 * start` with a real Redis. This process has the clients; gateway and Redis are its children. Exit
 * code 1 if a promise was broken.
 */
import { USAGE_FAULT } from '../../sim/cli/flags.ts';
import { repository } from '../../sim/project/simulator.ts';
import { type LoadFlags, loadFlagsOf } from './flags.ts';
import { RedisProcess } from './redis-process.ts';
import { load } from './load.ts';

async function main(): Promise<void> {
  let flags: LoadFlags;
  try {
    flags = loadFlagsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`load: ${(error as Error).message}`);
    process.exitCode = USAGE_FAULT;
    return;
  }
  const redis = await RedisProcess.start();
  if (redis === null) {
    console.error('load: redis-server is not on the PATH; install Redis');
    process.exitCode = USAGE_FAULT;
    return;
  }
  try {
    const { lines, hasHeld } = await load(repository ?? '.', redis, flags, (line) => console.error(line));
    for (const line of lines) console.log(line);
    if (!hasHeld) process.exitCode = 1;
  } finally {
    await redis.remove();
  }
}

await main();
