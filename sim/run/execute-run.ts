/**
 * One run: chaos, the heal, a bounded time to settle, then all actors leave. The same plan on the
 * same code gives the same run, byte for byte.
 */
import type { ChoiceOverrides, DrawsOptions } from '../kernel/draws.ts';
import type { LoopEnd } from '../kernel/kernel-options.ts';
import type { Seed } from '../kernel/seed.ts';
import { expand } from '../plan/expand.ts';
import { type Plan, splitActor } from '../plan/plan.ts';
import { ScenarioError } from '../plan/scenario-error.ts';
import type { AmbientHost, SystemImage } from '../system/image.ts';
import { NodeProcess } from '../world/node-process.ts';
import { RedisEngine } from '../redis/server/engine.ts';
import { World, OUTSIDE } from '../world/world.ts';
import { Actors } from './actors.ts';
import type { OnDrawn } from './operation-draws.ts';
import { PHASES, Phases } from './phases.ts';
import { PropertyMonitor } from './property-monitor.ts';
import type { Scenario } from './scenario.ts';
import { TaskWatch } from './tasks.ts';
import { environmentOf, mainModuleError } from './main-module.ts';
import { rejectedCommand } from './rejected-command.ts';
import { withRelated } from './related-records.ts';
import { notBegun, type RunResult } from './run-result.ts';
import { readThrown } from './thrown.ts';
import { type Cause, runVerdict, type Stalled } from './run-verdict.ts';

/**
 * Resources that the runs of a worker share to save time. No run can observe an earlier one through
 * them.
 */
export class RunResources {
  readonly engine = new RedisEngine();
  /** The world of the current run. */
  world: World | null = null;

  /**
   * The host of ambient names for the current step: the process that runs, or the world's host for
   * other domains. Null between runs.
   */
  currentHost(): AmbientHost | null {
    if (this.world === null) return null;
    const { current } = this.world.kernel;
    return current instanceof NodeProcess ? current : this.world.processOf(current);
  }
}

export interface RunOptions {
  readonly choices?: ChoiceOverrides | undefined;
  /** Called with each choice of the world. */
  readonly onChoice?: DrawsOptions['onChoice'] | undefined;
  /** Keep every record, with the names of functions. */
  readonly detailed?: boolean | undefined;
  /** See `WorldOptions`. */
  readonly keepsPaths?: boolean | undefined;
  /**
   * Evaluate the system's modules for each process, even if the scenario declares them stateless.
   */
  readonly freshModules?: boolean | undefined;
  readonly stepsMax?: number | undefined;
  /**
   * End the run at this virtual time although it is not over. For callers that look for an earlier
   * failure.
   */
  readonly untilMs?: number | undefined;
  readonly onStep?: ((step: number) => void) | undefined;
  /** From this step on, all choices are drawn from another seed. */
  readonly future?: Future | undefined;
  /** Called with each value that an operation draws by name. */
  readonly onDrawn?: OnDrawn | undefined;
}

/** Another course that a run may take from a step on. */
export interface Future {
  readonly step: number;
  readonly seed: Seed;
}

export const STEPS_MAX = 20_000_000;

/** Executes a plan. Rejects only if the plan doesn't fit the scenario. */
export async function executeRun(
  scenario: Scenario,
  image: SystemImage,
  plan: Plan,
  resources: RunResources,
  options: RunOptions = {},
): Promise<RunResult> {
  try {
    return await execute(scenario, image, plan, resources, options);
  } catch (error) {
    if (error instanceof ScenarioError) return notBegun(plan, image, error);
    throw error;
  }
}

async function execute(
  scenario: Scenario,
  image: SystemImage,
  plan: Plan,
  resources: RunResources,
  options: RunOptions,
): Promise<RunResult> {
  const operations = expand(plan, scenario.actors);
  let cause: Cause | null = null;
  const endBecause = (seen: Cause) => {
    cause ??= seen;
    world.kernel.stop();
  };
  const world = new World({
    seed: plan.seed,
    choices: options.choices ?? {},
    minimal: plan.minimal === true,
    onChoice: options.onChoice,
    strategy: plan.strategy,
    changesMs: plan.changesMs,
    circumstances: plan.circumstances,
    nodes: plan.nodes,
    image,
    configuration: scenario.configuration,
    sharedModules: scenario.system.stateless === true && options.freshModules !== true,
    engine: resources.engine,
    detailed: options.detailed ?? false,
    keepsPaths: options.keepsPaths,
    stepsMax: options.stepsMax ?? STEPS_MAX,
    onStep: onStepOf(options, (seed) => world.draws.reseed(seed)),
    env: (node, draw) => environmentOf(scenario, node, draw),
    onNeverListened: (node, problem) => onFault(mainModuleError(node, problem)),
    onEscape: (who, way, place) => {
      const file = place === null ? undefined : image.fileAt?.(place);
      const isOfNode = world.nodes.has(who);
      const escape = {
        who: who === OUTSIDE ? 'the scenario' : who,
        from: isOfNode ? 'system' : 'scenario',
        way,
        file,
        place,
      } as const;
      endBecause({ why: 'escape', escape });
    },
  });
  const { kernel } = world;
  const onFault = (reason: unknown) => endBecause({ why: 'fault', reason });
  const board = new PropertyMonitor(scenario.properties, {
    moment: kernel,
    ledger: world.ledger,
    configuration: scenario.configuration,
    onViolation: (violation) => endBecause({ why: 'violation', violation }),
    onFault,
  });
  const actors = new Actors(world, scenario, {
    operations,
    healAtMs: plan.chaosMs,
    onScenarioError: onFault,
    onDrawn: options.onDrawn,
  });
  world.watch({
    observe: (record) => {
      phases.observe(record);
      tasks.observe(record);
      actors.observe(record);
      board.observe(record);
    },
    quiescent: () => board.quiescent(),
  });
  const tasks = new TaskWatch();
  const phases = new Phases(world, scenario, {
    onSettled: () => {
      board.settled();
      const stalled =
        firstWithoutProgress(actors, scenario, phases.healedAtMs, kernel.nowMs) ??
        firstNotStarted(world, scenario, phases.healedAtMs) ??
        tasks.firstOverdue(phases.healedAtMs, kernel.nowMs);
      if (stalled !== null) endBecause({ why: 'stalled', stalled });
    },
    onLeave: () => actors.leave(),
    onOver: () => {
      board.end();
      kernel.stop();
    },
  });
  phases.start(plan.chaosMs, plan.faults);
  actors.start();
  const end: LoopEnd = await world.run({
    before: () => {
      if (options.untilMs !== undefined)
        kernel.scheduleAt(Math.ceil(options.untilMs * 1000), PHASES, () => kernel.stop(), 2);
      resources.world = world;
    },
    after: () => {
      resources.world = null;
    },
  });
  const commandOf = (message: string) => rejectedCommand(message, world.recorder.kept(), kernel.step);
  return {
    plan,
    digest: world.recorder.digest,
    codeHash: image.codeHash,
    steps: kernel.step,
    virtualMs: kernel.nowMs,
    failure: runVerdict({
      end,
      cause,
      thrown: 'reason' in end ? readThrown(end.reason, image, commandOf) : null,
      step: kernel.step,
      atMs: kernel.nowMs,
    }),
    operations: operations.length,
    randomValues: world.draws.ofSystems,
    uses: actors.uses.counts(),
    faults: Object.fromEntries(world.hits),
    checked: Object.fromEntries(board.checked),
    marks: Object.fromEntries(board.marks),
    printed: world.recorder.printed,
    places: world.recorder.code.places,
    paths: world.recorder.code.paths,
    texts: world.recorder.texts,
    causes: options.detailed === true ? withRelated(world.recorder.kept(), world.recorder.causes) : [],
    records: world.recorder.kept(),
  };
}

function onStepOf({ future, onStep }: RunOptions, reseed: (seed: Seed) => void): RunOptions['onStep'] {
  if (future === undefined) return onStep;
  return (step) => {
    if (step === future.step) reseed(future.seed);
    onStep?.(step);
  };
}

/** An operation that has not ended by its time, or null. */
function firstWithoutProgress(actors: Actors, scenario: Scenario, healedAtMs: number, nowMs: number): Stalled | null {
  for (const { operation, begunAtMs } of actors.underWay) {
    const dueAtMs = Math.max(begunAtMs, healedAtMs) + scenario.operationMs;
    if (dueAtMs > nowMs) continue;
    const { id, actor, name } = operation;
    return { kind: `${splitActor(actor).kind} ${name}`, text: `${actor} ${name} (${id}), begun at ${begunAtMs} ms,` };
  }
  return null;
}

/** A node whose `start` has not ended by its time, or null. */
function firstNotStarted({ nodes, kernel }: World, { operationMs }: Scenario, healedAtMs: number): Stalled | null {
  for (const { name, startingSinceMs } of nodes.values()) {
    if (startingSinceMs === null || Math.max(startingSinceMs, healedAtMs) + operationMs > kernel.nowMs) continue;
    return { kind: 'start', text: `the start of ${name}, begun at ${startingSinceMs} ms,` };
  }
  return null;
}
