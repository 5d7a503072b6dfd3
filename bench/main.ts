/**
 * `npm run bench -- [--json] [--quick] [--only GROUP]`: the cost of the simulator. Each figure is a
 * ratio to a reference that is measured in the same run.
 *
 * `npm run bench -- --only detection [--subject PART] [--strategy NAME]`: how soon the search finds
 * planted failures, in seeds.
 *
 * `npm run bench -- --only causes [--subject PART] [--find] [--mechanical]`: for how many planted
 * failures the report has the cause. `--mechanical`: for how many failures of mechanical mutants.
 * With `--find --seed SEED` it looks for new ones first, which are the unseen ones from then on.
 *
 * `npm run bench -- --only debugging [--subject PART]`: the same, how near the passing runs are,
 * and the CPU time of the answers of `replay`.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { USAGE_FAULT } from '../sim/cli/flags.ts';
import type { Seed } from '../sim/kernel/seed.ts';
import { repository } from '../sim/project/simulator.ts';
import { debuggingTable, measureDebugging } from './causes/debugging.ts';
import { keepFailures, keptFailures } from './causes/failures.ts';
import { causesTable, measureCauses } from './causes/measure.ts';
import { measureMechanical, mechanicalTable } from './causes/mechanical.ts';
import {
  drawMutants,
  findMechanical,
  keepMechanical,
  keptMechanical,
  type MechanicalFailure,
} from './causes/mechanical-failures.ts';
import { cellText, detectionTable, measureDetection } from './detection/document.ts';
import { measure, table } from './document.ts';
import { CAUSES, DEBUGGING, DETECTION, type Flags, flagsOf } from './flags.ts';
import { longRun } from './long-run.ts';
import { gatewayPlanting } from './mutation-score/planting.ts';
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
  if (only === DEBUGGING) return debugging(flags);
  // Some groups take minutes.
  const document = await measure(flags.quick ? QUICK : FULL, only, (group) => console.error(`measuring ${group}`));
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

async function causes({ json, subject, find, mechanical, seed }: Flags): Promise<void> {
  if (mechanical) return mechanicalCauses(json, seed);
  const document = await measureCauses({ subject, find }, ({ subject: name }) => console.error(name));
  if (find) keepFailures({ ...keptFailures(), ...document.failures });
  console.log(json ? JSON.stringify(document.figures) : causesTable(document));
}

async function mechanicalCauses(json: boolean, seed: Seed | undefined): Promise<void> {
  const planting = await gatewayPlanting(repository ?? '');
  if (seed !== undefined) {
    const known = keptMechanical().map((failure) => ({ ...failure, isSeen: true }));
    const found: MechanicalFailure[] = [];
    for await (const failure of findMechanical(planting, await drawMutants(planting, seed), known)) {
      found.push(failure);
      keepMechanical([...found, ...known]);
      console.error(`${failure.mutant.id} fails`);
    }
  }
  const document = await measureMechanical(planting, keptMechanical(), ({ mutant }) => console.error(mutant));
  console.log(json ? JSON.stringify(document) : mechanicalTable(document));
}

async function debugging({ json, subject }: Flags): Promise<void> {
  const figures = await measureDebugging(subject, ({ subject: name }) => console.error(name));
  console.log(json ? JSON.stringify(figures) : debuggingTable(figures));
}
