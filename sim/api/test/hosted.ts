/** Runs an unmodified server, written to a folder, with actors that connect to it. */
import path from 'node:path';
import { Project } from '../../load/test/project.ts';
import { bundleSystem } from '../../load/bundle.ts';
import { simulatorEntry } from '../../project/simulator.ts';
import { RunResources } from '../../run/execute-run.ts';
import type { RunReport } from '../../search/job.ts';
import { type LoadedScenario, runJob } from '../../search/run-job.ts';
import type { ChoiceOverrides } from '../../kernel/draws.ts';
import { formatSeed } from '../../kernel/seed.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { Fault, Plan } from '../../plan/plan.ts';
import { ImageLoader } from '../load-image.ts';

interface MoreOptions {
  readonly imports?: string;
  readonly statefulPackages?: readonly string[];
  /** The text of the scenario's `properties`. */
  readonly properties?: string;
}

const PROPERTIES = "[atEnd('ended', ({ check }) => check(true))]";

/** Resources of one worker: what one run leaves in them, the next could see. */
export class HostedWorker {
  readonly #images = new ImageLoader(new RunResources());
  readonly #projects: Project[] = [];

  /** `actors` is the text of the scenario's `actors`, `imports` that of more imports for them. */
  async load(
    server: string,
    actors: string,
    installed: readonly string[] = [],
    { imports = '', statefulPackages = [], properties = PROPERTIES }: MoreOptions = {},
  ): Promise<LoadedScenario> {
    const project = new Project(
      {
        'server.js': server,
        'scenario.ts': `
          import http from 'node:http';
          ${imports}
          import { atEnd, defineScenario, nothingLeaks, serves } from 'seedstorm';
          export default defineScenario({
            system: './server.js',
            actors: ${actors},
            properties: ${properties},
          });`,
      },
      installed,
    );
    this.#projects.push(project);
    const scenarioFile = path.join(project.folder, 'scenario.ts');
    const bundle = await bundleSystem({ entry: './server.js', scenarioFile, simulatorEntry, statefulPackages });
    return this.#images.load(bundle);
  }

  remove(): void {
    for (const project of this.#projects) project.remove();
  }
}

/** No test of a hosted server reads paths, and a stack for each record takes a third of a run. */
const JOB_OPTIONS = { nowMs: () => 0, keepsPaths: false };

export function runSeed(loaded: LoadedScenario, number: number): Promise<RunReport> {
  return runJob(loaded, { kind: 'run', seed: formatSeed(BigInt(number)), detailed: true }, JOB_OPTIONS);
}

/** Runs operations of `visitor-1`, with faults, and the shortest delays. */
export function runPlan(
  loaded: LoadedScenario,
  operations: readonly { readonly name: string; readonly atMs: number }[],
  faults: readonly Omit<Fault, 'id' | 'rate'>[],
  choices: ChoiceOverrides = {},
): Promise<RunReport> {
  const seed = formatSeed(1n);
  const plan: Plan = {
    seed,
    nodes: 1,
    chaosMs: 5000,
    minimal: true,
    cohorts: [],
    operations: operations.map((operation, index) => ({
      id: `visitor-1.${index + 1}`,
      actor: 'visitor-1',
      arguments: {},
      ...operation,
    })),
    faults: faults.map((fault, index) => ({ id: `fault-${index + 1}`, rate: 1, ...fault })),
  };
  return runJob(loaded, { kind: 'run', seed, plan, choices, detailed: true }, JOB_OPTIONS);
}

/** The lines that nodes wrote, each with the name of its node. */
export function linesOf({ records = [] }: RunReport): string[] {
  return records.flatMap((record) => (isOutput(record) ? [`${record.node} ${String(record.fields['line'])}`] : []));
}

function isOutput(record: RunRecord): record is Extract<RunRecord, { type: 'probe' }> {
  return record.type === 'probe' && record.name === 'sim.output';
}
