/** A failing replay in a folder, and the command line that inspects it. */
import path from 'node:path';
import { openScenario } from '../../open-scenario.ts';
import type { Ended, Workplace } from '../../../cli/test/command.ts';
import type { Fault, Operation, Plan } from '../../../plan/plan.ts';
import { createReplay } from '../../../replay/create-replay.ts';
import { saveReplay } from '../../../replay/replay-store.ts';
import { TestDebugger } from './debugger.ts';

export interface Case {
  readonly variant: string;
  readonly operations: readonly Omit<Operation, 'id' | 'actor'>[];
  readonly faults: readonly Omit<Fault, 'id' | 'rate'>[];
}

/**
 * Runs the plan in this process, without an inspector, and saves its failure. `step` is that of the
 * failure.
 */
export async function saveFailure(
  place: Workplace,
  actor: string,
  { variant, operations, faults }: Case,
): Promise<{ readonly id: string; readonly digest: string; readonly step: number }> {
  const { run, close } = await openScenario(path.join(place.folder, 'scenario.ts'), { variant });
  const plan: Plan = {
    seed: '0x1',
    nodes: 1,
    chaosMs: 6000,
    minimal: true,
    cohorts: [],
    operations: operations.map((operation, index) => ({ ...operation, id: `${actor}.${index + 1}`, actor })),
    faults: faults.map((fault, index) => ({ ...fault, id: `fault-${index + 1}`, rate: 1 })),
  };
  try {
    const { failure, digest, codeHash } = await run(plan);
    if (failure === null) throw new Error('the plan holds');
    const found = { scenario: 'scenario.ts', variant, codeHash, plan, failure, digest };
    const replay = createReplay({ ...found, savedWith: '0.1.0', nodeVersion: process.versions.node });
    saveReplay(path.join(place.folder, 'replays'), replay);
    return { id: replay.id, digest, step: failure.step };
  } finally {
    await close();
  }
}

export interface Debugged {
  readonly debugger: TestDebugger;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

/** Starts a command that waits for a debugger, and attaches one. */
export async function debugged(place: Workplace, parameters: readonly string[]): Promise<Debugged> {
  const { child, ended } = place.start(parameters);
  let stderr = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (data: Buffer) => {
      stderr += data.toString();
      const [, found] = /listening on (ws:\S+)\n[^]*\nwaiting for a debugger on /.exec(stderr) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.on('close', () => reject(new Error(stderr)));
  });
  return { debugger: await TestDebugger.attach(url, place.folder), stderr: () => stderr, ended };
}
