/**
 * `npm run redis -- [--port N] [--seed 0x…]`: the simulated Redis on a port of 127.0.0.1, until
 * SIGINT or SIGTERM. Exits with 0 then, and with 2 for invalid flags or a port that it cannot have.
 */
import { USAGE_FAULT } from '../cli/flags.ts';
import { RedisBridge } from './bridge.ts';
import { flagsOf } from './flags.ts';

try {
  const options = flagsOf(process.argv.slice(2));
  const bridge = await RedisBridge.listen(options);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void bridge.close());
  process.stdout.write(`simulated Redis 7.0.15 at ${bridge.url}, seed ${options.seed}\n`);
} catch (error) {
  process.stderr.write(`redis: ${(error as Error).message}\n`);
  process.exitCode = USAGE_FAULT;
}
