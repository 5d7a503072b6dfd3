/**
 * `npm run bench -- [--json] [--quick] [--only GROUP]`: the cost of the simulator. Each figure is a
 * ratio to a reference that is measured in the same run.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { USAGE_FAULT } from '../sim/cli/flags.ts';
import { measure, table } from './document.ts';
import { type Flags, flagsOf } from './flags.ts';
import { longRun } from './long-run.ts';
import { FULL, QUICK } from './sizes.ts';

if (isMainThread) await main();
else parentPort?.postMessage(await longRun((workerData as { events: number }).events));

async function main(): Promise<void> {
  let flags: Flags;
  try {
    flags = flagsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    process.exitCode = USAGE_FAULT;
    return;
  }
  const document = await measure(flags.quick ? QUICK : FULL, flags.only);
  console.log(flags.json ? JSON.stringify(document) : table(document));
}
