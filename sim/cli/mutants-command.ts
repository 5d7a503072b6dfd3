/**
 * `mutants [id…]`: plants each variant of the scenario, one at a time, and looks for it with the
 * same seeds. The unmodified code has to hold on all of these seeds.
 */
import { linesFor } from '../api/report-lines.ts';
import type { Workers } from '../api/workers.ts';
import { learnFrom } from '../api/stateful-packages.ts';
import { existingReplay } from '../api/existing-replay.ts';
import { findScenario, replaysOf } from '../project/project.ts';
import { isWorthSaving, type ToSave, unsaved } from '../project/save-failure.ts';
import { quoted, shownPath } from '../project/shell-command.ts';
import { commandOfSeed } from '../project/seed-command.ts';
import { loadSource, type Source } from '../project/scenario-source.ts';
import { UsageError } from '../project/usage-error.ts';
import { type Seed, seedAfter } from '../kernel/seed.ts';
import { sizeOf } from '../plan/reduce.ts';
import { printable } from '../kernel/printable.ts';
import type { Variant } from '../run/scenario.ts';
import {
  unmodifiedLines,
  type UnmodifiedRuns,
  type MutantOutcome,
  mutantsTable,
  interruptedLine,
  isAsExpected,
} from '../report/mutants-report.ts';
import { mutantsDocument } from '../report/documents/documents.ts';
import { type FailurePlaces, failureReport, nameOfFailure } from '../report/failure-report.ts';
import { learnedLine } from '../report/learned-line.ts';
import { counted } from '../report/numbers.ts';
import { RunSecrets } from '../report/redaction/run-secrets.ts';
import { examine } from '../search/examine.ts';
import { reasonOf } from '../search/passing/reason.ts';
import type { RunReport } from '../search/job.ts';
import type { Bundle, JobRunner } from '../search/job-runner.ts';
import { type ExitCode, exitCodeOf, type Outcome, outcomeOf } from './exit-code.ts';
import { mapConcurrent } from './map-concurrent.ts';
import { variantErrors } from './variant-errors.ts';
import { save } from './save-or-warn.ts';
import type { PoolFlags, Session } from './session.ts';

export interface MutantsFlags extends PoolFlags {
  readonly scenario?: string;
  readonly seeds: number;
  readonly seedStart: Seed;
  readonly shrinkTime: number;
}

const ERROR_LENGTH = 500;

export async function mutantsCommand(session: Session, ids: readonly string[], flags: MutantsFlags): Promise<ExitCode> {
  const { output, interrupt } = session;
  const source = await loadSource(findScenario(flags.scenario, session.workingFolder), flags.stuckTime);
  const variants = chooseVariants(source, ids);
  output.note(`${source.scenario.name}: ${counted(variants.length, 'mutant')}, seeds from ${flags.seedStart}`);
  const workers = session.workers(flags);
  await learn(session, workers.runner, source, flags);
  const unmodified = await source.bundle(null);
  // All are bundled before anything runs: an edit that no longer fits is reported at once and does
  // not delay the others.
  const errors = await variantErrors(source, variants);
  for (const { id } of variants) {
    const error = errors.get(id);
    if (error !== undefined) output.complain(printable(`can't plant the mutant ${id}: ${error}`, ERROR_LENGTH));
  }
  const examineVariant = async (variant: Variant): Promise<MutantOutcome | null> => {
    const variantError = errors.get(variant.id);
    if (variantError === undefined) return find(session, workers, source, variant, unmodified, flags);
    return { ...notFound(variant), variantError, property: null, seeds: 0, wallMs: 0 };
  };
  // Awaited together, so that the first error ends the command and no rejection is left unhandled.
  const [held, found] = await Promise.all([
    runUnmodified(session, workers.runner, source, unmodified, flags),
    mapConcurrent(workers.runner.jobs, variants, examineVariant),
  ]);
  const outcomes = found.filter((outcome) => outcome !== null);
  const interrupted = interrupt.pressed;
  const notDone = variants.map(({ id }) => id).filter((id) => !outcomes.some((outcome) => outcome.id === id));
  output.result((palette) => [
    ...(output.flags.json ? [] : mutantsTable(outcomes, palette)),
    ...unmodifiedLines(held, palette),
    ...(interrupted ? [interruptedLine(variants.length, notDone, palette)] : []),
  ]);
  output.document(
    mutantsDocument({ seeds: held.seeds, violations: held.violations }, outcomes, interrupted, source.statefulPackages),
  );
  return exitCodeOf({
    ...held.outcome,
    interrupted,
    nondeterminism: held.outcome.nondeterminism === true || outcomes.some(({ unsteady }) => unsteady),
    variantError: errors.size > 0,
    failed: held.outcome.failed === true || !outcomes.every(isAsExpected),
    nothingRan: outcomes.length === 0,
  });
}

function chooseVariants({ scenario }: Source, ids: readonly string[]): readonly Variant[] {
  const known = scenario.variants.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const expected = known.length === 0 ? 'the scenario has none' : `expected one of: ${known.join(', ')}`;
    throw new UsageError(`unknown mutant ${unknown} (${expected})`);
  }
  return ids.length === 0 ? scenario.variants : scenario.variants.filter(({ id }) => ids.includes(id));
}

/** Mutants are not repeated, so packages that keep state are found on unmodified code first. */
async function learn(
  { output, interrupt: { signal } }: Session,
  runner: JobRunner,
  source: Source,
  { seedStart }: MutantsFlags,
): Promise<void> {
  const job = { kind: 'run', seed: seedStart } as const;
  await learnFrom({ source, runner, variant: null, job, seedStart, signal });
  const { statefulPackages } = source;
  if (statefulPackages.length > 0) output.note(learnedLine(statefulPackages));
}

async function runUnmodified(
  { interrupt, workingFolder }: Session,
  runner: JobRunner,
  source: Source,
  bundle: Bundle,
  { seeds, seedStart }: MutantsFlags,
): Promise<UnmodifiedRuns & { outcome: Outcome }> {
  const offsets = Array.from({ length: seeds }, (_, offset) => offset);
  const reports = await mapConcurrent(runner.jobs, offsets, async (offset): Promise<RunReport | null> => {
    if (interrupt.signal.aborted) return null;
    return runner.run(bundle, { kind: 'run', seed: seedAfter(seedStart, offset) });
  });
  const ran = reports.filter((report) => report !== null);
  const failed = ran.flatMap(({ seed, failure }) => (failure === null ? [] : [{ seed, failure }]));
  const [first] = failed;
  return {
    seeds: ran.length,
    of: seeds,
    violations: failed.length,
    first:
      first === undefined
        ? null
        : {
            name: nameOfFailure(first.failure),
            command: commandOfSeed(source, { seed: first.seed, variant: null }, workingFolder),
          },
    outcome: outcomeOf(failed.map(({ failure }) => failure)),
  };
}

/**
 * Runs seeds in order, so that the result does not depend on the number of workers. Null when it
 * was interrupted before a seed failed.
 */
async function find(
  session: Session,
  workers: Workers,
  source: Source,
  variant: Variant,
  unmodified: Bundle,
  flags: MutantsFlags,
): Promise<MutantOutcome | null> {
  const { output, interrupt, nowMs } = session;
  const startedAtMs = nowMs();
  const bundle = await source.bundle(variant.id);
  const { runner } = workers;
  let otherFailure: string | null = null;
  let seeds = 0;
  for (; seeds < flags.seeds; seeds += 1) {
    if (interrupt.signal.aborted) return null;
    output.progress(() => `${variant.id}: seed ${seeds + 1} of ${flags.seeds}`);
    const report = await runner.run(bundle, { kind: 'run', seed: seedAfter(flags.seedStart, seeds) });
    const { failure } = report;
    if (failure === null) continue;
    if (variant.expected !== undefined && nameOfFailure(failure) !== variant.expected) {
      otherFailure ??= nameOfFailure(failure);
      continue;
    }
    const options = { bundle, shrinkMs: flags.shrinkTime, signal: interrupt.signal };
    const { verbose } = output.flags;
    const examined = await examine(runner, options, { report, failure });
    const holds = verbose ? await reasonOf(runner, bundle, examined, options) : null;
    const finding = new RunSecrets().inFinding({ ...examined, holds });
    const { plan, choices, digest, replayed } = finding;
    const onUnmodified = await runner.run(unmodified, { kind: 'run', seed: plan.seed, plan, choices });
    const { failure: shown } = finding;
    const { statefulPackages } = source;
    const { codeHash } = bundle;
    const found = { variant: variant.id, codeHash, plan, choices, failure: shown, digest, statefulPackages };
    const otherwise = commandOfSeed(source, { seed: plan.seed, variant: variant.id }, session.workingFolder);
    const places = await placesOf(session, source, { runner, bundle }, found, otherwise);
    if (verbose) {
      const sourceOf = await linesFor({ source, variant: variant.id, bundle }, finding);
      const { actors } = source.scenario;
      output.result((palette) => ['', ...failureReport(finding, actors, places, palette, true, sourceOf), '']);
    }
    return {
      ...notFound(variant),
      found: true,
      property: nameOfFailure(finding.failure),
      seeds: seeds + 1,
      ...sizeOf(plan, source.scenario.actors),
      choices: finding.shrunk?.after.choices ?? null,
      replay: places.saved,
      failsOnUnmodified: onUnmodified.failure !== null,
      unsteady: replayed.same < replayed.of,
      wallMs: nowMs() - startedAtMs,
    };
  }
  return { ...notFound(variant), property: otherFailure, seeds, wallMs: nowMs() - startedAtMs };
}

/** The places of a replay that exists already and is as good, or of a new one. */
async function placesOf(
  session: Session,
  source: Source,
  code: { readonly runner: JobRunner; readonly bundle: Bundle },
  found: ToSave & { readonly variant: string },
  otherwise: string,
): Promise<FailurePlaces> {
  const { workingFolder } = session;
  const { project, path: scenarioPath } = source.place;
  const { variant, plan, failure } = found;
  if (!isWorthSaving(failure)) return unsaved(otherwise);
  const sought = { scenarioPath, variant, signature: failure.signature, plan };
  const file = await existingReplay(replaysOf(project), sought, source.scenario, code);
  if (file === null) return save(session, source, found, { otherwise });
  const saved = shownPath(file, workingFolder);
  return { saved, command: session.command('replay', quoted(saved)) };
}

function notFound({ id, risk, expected }: Variant) {
  const nothing = { operations: 0, faults: 0, choices: null, replay: null, failsOnUnmodified: false, unsteady: false };
  return { id, risk: risk ?? null, expected: expected ?? null, variantError: null, found: false, ...nothing };
}
