/**
 * Plans as a fast-check arbitrary. fast-check generates them; they shrink by the reductions in
 * reduce.ts, which need no context. So one implementation serves the command line, plans from a
 * file, and `fc.assert` in a test.
 */
import fc from 'fast-check';
import type { Circumstances } from '../kernel/circumstances.ts';
import { REDIS_CONNECTIONS } from '../kernel/fault.ts';
import { formatSeed, type Seed } from '../kernel/seed.ts';
import { STRATEGIES, type StrategyName } from '../kernel/strategy.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import type { FaultKind } from '../world/faults/fault-kind.ts';
import { withChangePoints } from './change-points.ts';
import type { Burst, Cohort, Fault, Plan } from './plan.ts';
import { kindsOf, mostFaults, PROFILES, type ProfileName } from './profile.ts';
import { reductions } from './reduce.ts';
import type { PlanShape, SmallSendBuffers } from './shape.ts';

const USUAL: StrategyName = 'latency-random';

/** The most actors of one kind in a plan that is not a crowd. */
const COUNT_MAX = 150;

/**
 * One seed in 1000 is a crowd if the scenario allows it. A crowd costs as much as 100 other seeds.
 */
const CROWD_ONE_IN = 1000;

/** Thousands of actors need only a few operations each to show what their number causes. */
const CROWD_OPERATIONS_MAX = 4;

/** One seed in three has bursts, and independently one in three has early operations. */
const BURSTS_ONE_IN = 3;
const BURSTS_MAX = 4;
const EARLY_ONE_IN = 3;
const EARLY_SHARES = [0.2, 0.5, 1];

/** Sizes that options of the command line fix. */
export interface PlanSizes {
  readonly clients?: number | undefined;
  readonly nodes?: number | undefined;
  readonly strategy?: StrategyName | undefined;
  readonly profile?: ProfileName | undefined;
  /** Kinds and groups of faults, and with a leading `-` those to leave out. Part of the shape. */
  readonly faults?: readonly string[] | undefined;
}

type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

export class PlanArbitrary extends fc.Arbitrary<Plan> {
  readonly #shape: PlanShape;
  readonly #sizes: PlanSizes;

  constructor(shape: PlanShape, sizes: PlanSizes = {}) {
    super();
    this.#shape = shape;
    this.#sizes = sizes;
  }

  override generate(random: fc.Random, _bias: number | undefined): fc.Value<Plan> {
    // Ignores fast-check's bias towards small values, because sizes have their own distribution.
    const draw: Draw = (arbitrary) => arbitrary.generate(random, undefined).value;
    const {
      chaosMs: chaos,
      nodesMax,
      operationsMax,
      faultsMax,
      faultKinds,
      faultDurationMaxMs,
      actorsMax,
    } = this.#shape;
    const seed = formatSeed(draw(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })));
    const nodes = draw(fc.integer({ min: 1, max: nodesMax }));
    const chaosMs = draw(fc.integer(chaos));
    const cohorts = Object.entries(actorsMax).map(([actor, max]) => ({
      actor,
      count: this.#sizes.clients ?? draw(countUpTo(Math.min(max, COUNT_MAX))),
      operationsMax: draw(fc.integer({ min: 1, max: operationsMax })),
      ...drawSkew(draw, this.#shape.scripts[actor]?.optional ?? []),
    }));
    const profile = PROFILES[this.#sizes.profile ?? 'all'];
    const most = mostFaults(profile, faultsMax);
    // One seed in eight is quiet: a failure there needs no fault.
    const isQuiet = draw(fc.integer({ min: 0, max: 7 })) === 0 || most === 0;
    const faultCount = isQuiet ? 0 : draw(fc.integer({ min: 1, max: most }));
    const fixedNodes = this.#sizes.nodes ?? nodes;
    const actors = cohorts.flatMap(({ actor, count }) => (count === 0 ? [] : [{ actor, count }]));
    const kinds = drawSwarm(draw, kindsOf(profile, faultKinds));
    const faults: Fault[] = [];
    for (let number = 1; number <= faultCount && kinds.length > 0; number += 1) {
      const kind = FAULT_KINDS.get(draw(fc.constantFrom(...kinds)));
      if (kind === undefined) continue;
      const durationMaxMs = faultDurationMaxMs[kind.kind] ?? kind.durationMsMax;
      faults.push(
        drawFault(draw, { ...kind, durationMsMax: durationMaxMs }, `fault-${number}`, chaosMs, fixedNodes, actors),
      );
    }
    const drawn = draw(
      fc.oneof({ weight: 6, arbitrary: fc.constant(USUAL) }, { weight: 4, arbitrary: fc.constantFrom(...STRATEGIES) }),
    );
    const strategy = this.#sizes.strategy ?? drawn;
    const timed = cohorts.map((cohort) => this.#timed(draw, cohort, chaosMs));
    const circumstances = drawCircumstances(draw, this.#shape.smallSendBuffers);
    // Drawn last, so that crowds don't change any other seed.
    const crowded = this.#sizes.clients === undefined ? timed.map((cohort) => this.#crowd(draw, cohort)) : timed;
    const plan: Plan = {
      seed,
      nodes: fixedNodes,
      chaosMs,
      ...(strategy === USUAL ? {} : { strategy }),
      ...(Object.keys(circumstances).length === 0 ? {} : { circumstances }),
      cohorts: crowded,
      operations: [],
      faults,
    };
    return new fc.Value(withChangePoints(plan, this.#shape.scripts), undefined);
  }

  /**
   * In rare cases, enlarges the cohort up to the scenario's limit. The count is log-uniform between
   * COUNT_MAX and that limit.
   */
  #crowd(draw: Draw, cohort: Cohort): Cohort {
    const max = this.#shape.actorsMax[cohort.actor] ?? 0;
    if (max <= COUNT_MAX || draw(fc.integer({ min: 1, max: CROWD_ONE_IN })) > 1) return cohort;
    const fraction = draw(fc.integer({ min: 0, max: 1000 })) / 1000;
    const count = Math.round(COUNT_MAX * (max / COUNT_MAX) ** fraction);
    return { ...cohort, count, operationsMax: Math.min(cohort.operationsMax, CROWD_OPERATIONS_MAX) };
  }

  /**
   * Part of the seeds have bursts, and part have early operations. In the others, actors act one by
   * one: what they find then needs no overlap.
   */
  #timed(draw: Draw, cohort: Cohort, chaosMs: number): Cohort {
    const script = this.#shape.scripts[cohort.actor];
    const names = Object.keys(script?.operations ?? {});
    const moments = draw(oneIn(BURSTS_ONE_IN)) ? draw(fc.integer({ min: 1, max: BURSTS_MAX })) : 0;
    const bursts = Array.from({ length: moments }, (): Burst => {
      const atMs = draw(fc.integer({ min: Math.min(200, chaosMs - 1), max: chaosMs - 1 }));
      const isOfOne = draw(fc.boolean()) && names.length > 0;
      return isOfOne ? { operation: draw(fc.constantFrom(...names)), atMs } : { atMs };
    });
    const mayBegin = script?.concurrent ?? [];
    const early = mayBegin.length > 0 && draw(oneIn(EARLY_ONE_IN)) ? draw(fc.constantFrom(...EARLY_SHARES)) : 0;
    return {
      ...cohort,
      ...(bursts.length === 0 || cohort.count < 2 ? {} : { bursts }),
      ...(early === 0 ? {} : { early }),
    };
  }

  override canShrinkWithoutContext(value: unknown): value is Plan {
    return typeof value === 'object' && value !== null && 'seed' in value && 'cohorts' in value;
  }

  override shrink(plan: Plan): fc.Stream<fc.Value<Plan>> {
    return fc.stream(reductions(plan, this.#shape.scripts)).map((reduced) => new fc.Value(reduced, undefined));
  }
}

/** The plan of a seed. fast-check's seed has 32 bits and is derived from ours, which has 64. */
export function planOf(seed: Seed, shape: PlanShape, sizes: PlanSizes = {}): Plan {
  const bits = BigInt(seed);
  const fastCheckSeed = Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
  const [plan] = fc.sample(new PlanArbitrary(shape, sizes), { seed: fastCheckSeed, numRuns: 1 });
  if (plan === undefined) throw new Error('fast-check gave no plan');
  return withChangePoints({ ...plan, seed }, shape.scripts);
}

/**
 * Each seed leaves out some kinds of faults, since some failures show only without them. Source:
 * Groce et al., "Swarm Testing", 2012.
 */
function drawSwarm(draw: Draw, kinds: readonly string[]): readonly string[] {
  if (kinds.length === 0) return [];
  const some = kinds.filter(() => draw(fc.boolean()));
  return some.length === 0 ? [draw(fc.constantFrom(...kinds))] : some;
}

/** Each seed has its own environment, mostly the usual one. */
function drawCircumstances(draw: Draw, { bytes, oneSeedIn }: SmallSendBuffers): Circumstances {
  const areCompletionsLate = draw(oneIn(3));
  const areFailpointsSlow = draw(oneIn(2));
  const isBufferSmall = draw(oneIn(oneSeedIn)) && bytes.length > 0;
  return {
    ...(areCompletionsLate ? { lateCompletions: true } : {}),
    ...(areFailpointsSlow ? { slowFailpoints: true } : {}),
    ...(isBufferSmall ? { sendBufferBytes: draw(fc.constantFrom(...bytes)) } : {}),
  };
}

/** Each seed leaves out some kinds of operations and plans some of the others less often. */
function drawSkew(draw: Draw, names: readonly string[]): { skew?: Readonly<Record<string, number>> } {
  const shares = names.map((name) => [name, draw(fc.constantFrom(1, 1, 1, 0.5, 0.2, 0))] as const);
  const less = shares.filter(([, share]) => share < 1);
  return less.length === 0 ? {} : { skew: Object.fromEntries(less) };
}

function oneIn(number: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: number }).map((drawn) => drawn === 1);
}

/**
 * Mostly few, sometimes many: small runs are fast and easy to read; large ones find problems of
 * scale.
 */
function countUpTo(max: number): fc.Arbitrary<number> {
  const few = Math.min(max, 6);
  const some = Math.min(max, 24);
  return fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: few }) },
    { weight: 4, arbitrary: fc.integer({ min: Math.min(2, some), max: some }) },
    { weight: 1, arbitrary: fc.integer({ min: few, max }) },
  );
}

/** A network that fails mostly affects all connections of a machine. */
const ALL_OR_ONE = [undefined, undefined, ...REDIS_CONNECTIONS];

function drawFault(
  draw: Draw,
  kind: FaultKind,
  id: string,
  chaosMs: number,
  nodes: number,
  actors: readonly { actor: string; count: number }[],
): Fault {
  const atMs = draw(fc.integer({ min: Math.min(100, chaosMs - 1), max: chaosMs - 1 }));
  const durationMs = kind.durationMsMax === 0 ? 0 : draw(fc.integer({ min: 100, max: kind.durationMsMax }));
  const rate = draw(fc.constantFrom(1, 0.5, 0.1));
  const node = `node-${draw(fc.integer({ min: 1, max: nodes }))}`;
  const anyone = draw(fc.boolean());
  if (kind.aims === 'node') return { id, kind: kind.kind, target: node, atMs, durationMs, rate };
  if (kind.aims === 'redis') {
    const fault = { id, kind: kind.kind, target: anyone ? '*' : node, atMs, durationMs, rate };
    const connection = kind.hitsConnections === true ? draw(fc.constantFrom(...ALL_OR_ONE)) : undefined;
    return connection === undefined ? fault : { ...fault, connection };
  }
  const chosen = actors[draw(fc.integer({ min: 0, max: Math.max(0, actors.length - 1) }))];
  const number = draw(fc.integer({ min: 1, max: Math.max(1, chosen?.count ?? 1) }));
  return { id, kind: kind.kind, target: `${chosen?.actor ?? 'no-client'}-${number}`, atMs, durationMs, rate };
}
