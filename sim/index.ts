/**
 * The public interface: what a scenario uses, and functions that run it.
 */
export * from './scenario.ts';
export { type OpenOptions, openScenario, type OpenScenario, planArbitrary } from './api/open-scenario.ts';
export type { FoundFailure } from './api/found-failure.ts';
export type { CampaignInput as CampaignOptions, PlaceOptions, RunOptions } from './api/options.ts';
export { type PageOptions, type PageOutcome, replayPage } from './api/page/replay-page.ts';
export { bisect, type BisectOptions } from './api/revisions/bisect.ts';
export type { Bisection, JudgedRevision } from './api/revisions/bisect-replay.ts';
export type { DecidedReplay } from './api/decided/decide-replay.ts';
export type { LastChange } from './api/state/state-query.ts';
export type { StateOfSteps } from './api/state/state-run.ts';
export type { StateChange } from './kernel/state-change.ts';
export type { LinesOfStep } from './report/code/step-lines.ts';
export type { Suspects } from './report/code/suspect-lines.ts';
export type { RunAtRevision } from './api/revisions/run-at-revision.ts';
export type { Revision } from './api/revisions/worktree.ts';
export { replay, type ReplayOptions, type ReplayOutcome } from './api/replay.ts';
export type { PassingRun } from './search/passing/passing-run.ts';
export type { Cause } from './report/why/chain-lines.ts';
export { run, type RunOutcome } from './api/run.ts';
export { shrink, type ShrinkOptions, type ShrinkOutcome } from './api/shrink.ts';
export { UsageError } from './project/usage-error.ts';
export type { Seed } from './kernel/seed.ts';
export { LoadError, VariantError } from './load/errors.ts';
export type { PlanSizes } from './plan/arbitrary.ts';
export type { Cohort, Fault, Operation, Plan } from './plan/plan.ts';
export { ReplayError } from './replay/replay-error.ts';
export type { Replay } from './replay/replay-document.ts';
export type { ReplayVerdict } from './replay/replay-verdict.ts';
export type { Failure } from './run/run-verdict.ts';
export type { RunReport, ShrinkReport } from './search/job.ts';
export type { Totals } from './search/totals.ts';
