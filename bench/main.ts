/**
 * `npm run bench -- [--json] [--quick] [--only GROUP]`: the cost of the simulator. Each figure is a
 * ratio to a reference that is measured in the same run.
 *
 * `npm run bench -- --only detection [--subject PART] [--strategy NAME]`: how soon the search finds
 * planted failures, in seeds.
 *
 * `npm run bench -- --only causes [--subject PART] [--find]`: for how many planted failures the
 * report has the cause.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { USAGE_FAULT } from '../sim/cli/flags.ts';
import { keepFailures, keptFailures } from './causes/failures.ts';
import { causesTable, measureCauses } from './causes/measure.ts';
import { cellText, detectionTable, measureDetection } from './detection/document.ts';
import { measure, table } from './document.ts';
import { CAUSES, DETECTION, type Flags, flagsOf } from './flags.ts';
import { longRun } from './long-run.ts';
import { DETECTION_FULL, DETECTION_QUICK, FULL, QUICK } from './sizes.ts';

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
  const { only } = flags;
  if (only === DETECTION) return detection(flags);
  if (only === CAUSES) return causes(flags);
  const document = await measure(flags.quick ? QUICK : FULL, only);
  console.log(flags.json ? JSON.stringify(document) : table(document));
}

/** Prints each subject on standard error when it is done, because all together take long. */
async function detection({ quick, json, subject, strategy }: Flags): Promise<void> {
  const [sizes, subjectsMax] = quick ? [DETECTION_QUICK, 2] : [DETECTION_FULL];
  const document = await measureDetection(sizes, { subject, strategy, subjectsMax }, (done) => {
    console.error(`${done[0]?.subject}: ${done.map((one) => `${one.strategy} ${cellText(one)}`).join(', ')}`);
  });
  console.log(json ? JSON.stringify(document) : detectionTable(document));
}

async function causes({ json, subject, find }: Flags): Promise<void> {
  const document = await measureCauses({ subject, find }, ({ subject: name }) => console.error(name));
  if (find) keepFailures({ ...keptFailures(), ...document.failures });
  console.log(json ? JSON.stringify(document.figures) : causesTable(document));
}
