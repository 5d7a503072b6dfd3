/**
 * The whole gateway scenario against the same card packages wired together by hand: client
 * operations per second.
 *
 * Both sides run the same operations of the same clients over the same virtual time, with the same
 * functions. Outcomes and the number of prices sent are equal (bench.test.ts). No faults, since the
 * hand-wired side has none and operations that fail early would only favour the simulator. The
 * simulator checks all properties and records its trace in one of two ways. As in a campaign: every
 * record is created, hashed and checked, and the last 256 are kept. Whole: all records are kept,
 * with names of functions, as for a report of a failing seed. The hand-wired side runs without
 * delays, so that all messages keep their order, and also with delays.
 *
 * The hand-wired side uses a trivial gateway or the scenario's own. The last figure compares these
 * two without any simulator. It is the upper limit of the simulator's ratio to the trivial gateway.
 */
import { gatewayConfiguration } from '../properties/configuration.ts';
import { FEW_SYMBOLS, SHORT_TOKENS } from '../properties/support/tokens.ts';
import { expand } from '../sim/plan/expand.ts';
import type { Operation, Plan } from '../sim/plan/plan.ts';
import type { Scenario } from '../sim/run/scenario.ts';
import type { LoadedScenario } from '../sim/search/run-job.ts';
import { compare, type Figure } from './figure.ts';
import { type HandWiredPlan, handWired } from './hand-wired.ts';
import { crowd, timedRun } from './scenario.ts';
import type { Sizes } from './sizes.ts';

type Reference = Pick<HandWiredPlan, 'realGateway' | 'delays'>;

const TRIVIAL = 'a trivial gateway, wired by hand';
const REAL = 'the same gateway, wired by hand';

interface Compared {
  readonly what: string;
  readonly detailed: boolean;
  readonly reference: Reference;
  readonly referenceName: string;
}

const COMPARED: readonly Compared[] = [
  { what: 'as in a campaign', detailed: false, reference: {}, referenceName: TRIVIAL },
  { what: 'whole trace kept', detailed: true, reference: {}, referenceName: TRIVIAL },
  {
    what: 'as in a campaign',
    detailed: false,
    reference: { delays: true },
    referenceName: `${TRIVIAL}, seeded delays`,
  },
  { what: 'as in a campaign', detailed: false, reference: { realGateway: true }, referenceName: REAL },
  {
    what: 'as in a campaign',
    detailed: false,
    reference: { realGateway: true, delays: true },
    referenceName: `${REAL}, seeded delays`,
  },
];

export async function packagesFigures(gateway: LoadedScenario, sizes: Sizes): Promise<Figure[]> {
  const loaded = withRecordedPrices(gateway);
  const figures: Figure[] = [];
  for (const clients of sizes.packagesClients) {
    const runs = Math.ceil(sizes.gatewayClientsTogether / clients);
    const byHand = (reference: Reference) => () =>
      operationsPerSecond(runs, (number) =>
        handWired({ ...handWiredPlanOf(loaded.scenario, calmCrowd(loaded.scenario, number, clients)), ...reference }),
      );
    const ours = (detailed: boolean) => () =>
      operationsPerSecond(runs, (number) =>
        timedRun(loaded, calmCrowd(loaded.scenario, number, clients), { detailed }),
      );
    for (const { what, detailed, reference, referenceName } of COMPARED) {
      figures.push(
        await compare(
          { name: `packages, ${clients} clients, ${what}`, unit: 'operations/s', referenceName },
          sizes.longRounds,
          { ours: ours(detailed), reference: byHand(reference) },
        ),
      );
    }
    const floor = {
      name: `packages, ${clients} clients, nothing checked`,
      unit: 'operations/s',
      referenceName: TRIVIAL,
    };
    figures.push(
      await compare(floor, sizes.longRounds, { ours: byHand({ realGateway: true }), reference: byHand({}) }),
    );
  }
  return figures;
}

/** No process reads prices over Redis, as on the hand-wired side. */
export function withRecordedPrices(loaded: LoadedScenario): LoadedScenario {
  const configuration = { ...gatewayConfiguration, feedOverRedisShare: 0 };
  return { ...loaded, scenario: { ...loaded.scenario, configuration } };
}

/** The plan of `crowd` without faults, and without what the trivial gateway does not know. */
export function calmCrowd({ actors }: Scenario, number: number, clients: number): Plan {
  const plan = { ...crowd(number, clients), faults: [] };
  const operations = expand(plan, actors).filter(({ name }) => name !== 'revokeOther');
  return { ...plan, cohorts: [], operations: operations.map(simplified) };
}

/**
 * The trivial gateway knows no subprotocol, no expiry of open connections and no rights on symbols.
 */
function simplified(operation: Operation): Operation {
  if (operation.name === 'connect') return { ...operation, arguments: {} };
  const { token } = operation.arguments;
  const isOther = token === FEW_SYMBOLS || SHORT_TOKENS.some((short) => short === token);
  return isOther ? { ...operation, arguments: { ...operation.arguments, token: 'good' } } : operation;
}

export function handWiredPlanOf({ actors, settleMs, leaveMs }: Scenario, plan: Plan): HandWiredPlan {
  const { nodes, chaosMs } = plan;
  const settledAtMs = chaosMs + settleMs;
  return {
    nodes,
    operations: expand(plan, actors),
    chaosMs,
    leaveAtMs: settledAtMs + 1,
    overAtMs: settledAtMs + leaveMs,
  };
}

async function operationsPerSecond(
  runs: number,
  run: (number: number) => Promise<{ readonly operations: number; readonly tookMs: number }>,
): Promise<number> {
  let operations = 0;
  let tookMs = 0;
  for (let number = 1; number <= runs; number += 1) {
    const done = await run(number);
    operations += done.operations;
    tookMs += done.tookMs;
  }
  return (operations * 1000) / tookMs;
}
