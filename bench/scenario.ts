/**
 * Scenarios, loaded as by the command line and run in this process.
 */
import { simulatorEntry } from '../sim/project/simulator.ts';
import { formatSeed } from '../sim/kernel/seed.ts';
import { bundleScenario, bundleSystem } from '../sim/load/bundle.ts';
import { evaluateScenario } from '../sim/load/evaluate.ts';
import { ImageLoader } from '../sim/api/load-image.ts';
import type { Fault, Plan } from '../sim/plan/plan.ts';
import { RunResources } from '../sim/run/execute-run.ts';
import { completeScenario } from '../sim/run/complete-scenario.ts';
import type { ScenarioDefinition } from '../sim/run/scenario.ts';
import { type LoadedScenario, runJob } from '../sim/search/run-job.ts';

const CHAOS_MS = 8000;

export function loadGateway(): Promise<LoadedScenario> {
  return loadScenario('properties/gateway.ts');
}

export async function loadScenario(scenarioFile: string): Promise<LoadedScenario> {
  const scenario = await bundleScenario(scenarioFile, simulatorEntry);
  const { system } = completeScenario(
    evaluateScenario(scenario, { current: () => null }) as ScenarioDefinition,
    scenarioFile,
  );
  const bundle = await bundleSystem({ ...system, scenarioFile, scenario, simulatorEntry });
  return new ImageLoader(new RunResources()).load(bundle);
}

export interface Timed {
  readonly steps: number;
  readonly operations: number;
  readonly tookMs: number;
}

/** Runs a plan, or the plan of a seed. Throws if the run fails, because it would end early. */
export async function timedRun(
  loaded: LoadedScenario,
  what: Plan | number,
  { detailed = false }: { readonly detailed?: boolean } = {},
): Promise<Timed> {
  const seed = typeof what === 'number' ? formatSeed(BigInt(what)) : what.seed;
  const beganAtMs = performance.now();
  const { steps, operations, failure } = await runJob(
    loaded,
    { kind: 'run', seed, detailed, plan: typeof what === 'number' ? undefined : what },
    { nowMs: () => performance.now() },
  );
  const tookMs = performance.now() - beganAtMs;
  if (failure !== null) throw new Error(`seed ${seed} fails: ${failure.signature}`);
  return { steps, operations, tookMs };
}

/**
 * A plan with a number of clients on three nodes. Each node has the same faults, and each kind of
 * client fault hits 5 %.
 */
export function crowd(number: number, clients: number): Plan {
  const faults: Fault[] = [
    { id: 'fault-crash', kind: 'node-crash', target: 'node-1', atMs: 3000, durationMs: 2000, rate: 1 },
    { id: 'fault-error', kind: 'redis-error', target: '*', atMs: 1500, durationMs: 1500, rate: 0.1 },
    { id: 'fault-lost', kind: 'redis-reply-lost', target: 'node-2', atMs: 5000, durationMs: 1500, rate: 0.1 },
  ];
  const kinds = ['latency', 'connection-loss', 'half-open', 'client-stall'] as const;
  for (let client = 1; client <= clients; client += 5) {
    const kind = kinds[((client - 1) / 5) % kinds.length] ?? 'latency';
    const durationMs = kind === 'latency' || kind === 'client-stall' ? 1000 : 0;
    const atMs = 500 + ((client * 37) % (CHAOS_MS - 1500));
    faults.push({ id: `fault-${client}`, kind, target: `client-${client}`, atMs, durationMs, rate: 0.5 });
  }
  return {
    seed: formatSeed(BigInt(number)),
    nodes: 3,
    chaosMs: CHAOS_MS,
    cohorts: [{ actor: 'client', count: clients, operationsMax: 8 }],
    operations: [],
    faults,
  };
}

/** A plan with one node, no clients and no faults. */
export function empty(number: number): Plan {
  return { seed: formatSeed(BigInt(number)), nodes: 1, chaosMs: 6000, cohorts: [], operations: [], faults: [] };
}
