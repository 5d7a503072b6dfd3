/**
 * `npm run fuzz:redis -- [--commands N] [--seed 0x…] [--only strings,lua]`: compares the simulated
 * Redis with the `redis-server` on the PATH. Exits with 0 without differences, 1 with some, 2 for
 * invalid flags or without a server.
 */
import { randomBytes } from 'node:crypto';
import { formatSeed } from '../../../kernel/seed.ts';
import { flagsOf } from './flags.ts';
import { fuzz, type FuzzOptions } from './fuzzer.ts';
import { CASE_GROUPS } from './generate.ts';
import { ModelSubject } from './model-subject.ts';
import { RealSubject } from './real-subject.ts';
import { reproduction } from './reproduction.ts';

const USAGE_FAULT = 2;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  let options: FuzzOptions;
  try {
    options = flagsOf(process.argv.slice(2), CASE_GROUPS, () => formatSeed(randomBytes(8).readBigUInt64BE()));
  } catch (error) {
    process.stderr.write(`fuzz:redis: ${(error as Error).message}\n`);
    return USAGE_FAULT;
  }
  const real = await RealSubject.start();
  if (real === null) {
    process.stderr.write('fuzz:redis: no redis-server on the PATH; install Redis 7.0\n');
    return USAGE_FAULT;
  }
  const model = new ModelSubject(() => Date.now());
  const stop = (): void => void real.close().then(() => process.exit(128 + 15));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  print(`seed ${options.seed}, groups ${options.groups.join(', ')}`);
  try {
    const started = performance.now();
    const result = await fuzz(options, { real, model }, (signature, { tested, difference }) => {
      print(`\n${signature}\n  ${reproduction(tested, difference)}`);
    });
    const seconds = (performance.now() - started) / 1000;
    print(
      `\n${result.commands} commands in ${result.cases} cases, ${Math.round(result.commands / seconds)} commands/s`,
    );
    print(`${result.differences.size} distinct differences`);
    return result.differences.size === 0 ? 0 : 1;
  } finally {
    await model.close();
    await real.close();
  }
}

process.exitCode = await main();
