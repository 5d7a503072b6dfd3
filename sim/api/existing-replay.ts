/**
 * A replay of a failure that the folder has already. Looking for a mutant again would otherwise
 * save another file each time that shrinking ends elsewhere.
 */
import type { Plan } from '../plan/plan.ts';
import { sizeOf } from '../plan/reduce.ts';
import type { Scenario } from '../run/scenario.ts';
import { withCurrentOperationNames } from '../plan/former-names.ts';
import { validateReplay } from '../replay/validate-replay.ts';
import { validReplays } from '../replay/replay-store.ts';
import type { Bundle, JobRunner } from '../search/job-runner.ts';
import { replayJob } from './execute-replay.ts';

export interface Sought {
  /** The scenario's file, relative to its package. */
  readonly scenarioPath: string;
  readonly variant: string;
  readonly signature: string;
  /** The plan that would be saved. */
  readonly plan: Plan;
}

/**
 * The file of a replay with the same scenario, variant and signature that is not larger and still
 * fails on `bundle`; null if there is none.
 */
export async function existingReplay(
  folder: string,
  { scenarioPath, variant, signature, plan }: Sought,
  scenario: Scenario,
  { runner, bundle }: { readonly runner: JobRunner; readonly bundle: Bundle },
): Promise<string | null> {
  const size = ({ operations, faults }: ReturnType<typeof sizeOf>): number => operations + faults;
  for (const { file, replay: saved } of validReplays(folder)) {
    const isSame =
      saved.scenario === scenarioPath && saved.variant === variant && saved.expected.onVariant.signature === signature;
    const replay = { ...saved, plan: withCurrentOperationNames(saved.plan, scenario.actors) };
    if (!isSame || validateReplay(replay, scenario) !== null) continue;
    if (size(sizeOf(replay.plan, scenario.actors)) > size(sizeOf(plan, scenario.actors))) continue;
    const { failure } = await runner.run(bundle, replayJob(replay, false));
    if (failure?.signature === signature) return file;
  }
  return null;
}
