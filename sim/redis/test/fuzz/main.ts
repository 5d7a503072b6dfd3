/**
 * `npm run fuzz:redis -- [--commands N] [--seed 0x…] [--only strings,lua]`: compares the simulated
 * Redis with the `redis-server` on the PATH. Exits with 0 without differences, 1 with some, 2 for
 * invalid flags or without a server.
 */
import { randomBytes } from 'node:crypto';
import { isMainThread } from 'node:worker_threads';
import { USAGE_FAULT } from '../../../cli/flags.ts';
import { formatSeed } from '../../../kernel/seed.ts';
import { acceptedBy } from './accepted.ts';
import { flagsOf } from './flags.ts';
import { fuzz, type FuzzOptions } from './fuzzer.ts';
import { CASE_GROUPS } from './generate.ts';
import { serveModel, WorkerModel } from './model-worker.ts';
import { RealSubject } from './real-subject.ts';
import { figures, found } from './reproduction.ts';

/** Exit code after SIGINT or SIGTERM. */
const INTERRUPTED = 130;

if (isMainThread) process.exitCode = await main();
else serveModel();

async function main(): Promise<number> {
  let options: FuzzOptions;
  try {
    options = flagsOf(process.argv.slice(2), CASE_GROUPS, () => formatSeed(randomBytes(8).readBigUInt64BE()));
  } catch (error) {
    return refuse((error as Error).message);
  }
  const real = await RealSubject.start();
  if (real === null) return refuse('found no redis-server on the PATH; install Redis 7.0');
  const model = new WorkerModel(new URL(import.meta.url));
  const stop = (): void => void real.close().then(() => process.exit(INTERRUPTED));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  print(`seed ${options.seed}, groups ${options.groups.join(', ')}`);
  try {
    const startedMs = performance.now();
    const result = await fuzz(options, { real, model }, (difference) => {
      if (acceptedBy(difference) === undefined) print(found(difference));
    });
    print(figures(result, options.groups, performance.now() - startedMs));
    const defects = [...result.differences.values()].filter((each) => acceptedBy(each) === undefined);
    return defects.length === 0 ? 0 : 1;
  } finally {
    await model.close();
    await real.close();
  }
}

function refuse(why: string): number {
  process.stderr.write(`fuzz:redis: ${why}\n`);
  return USAGE_FAULT;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
