/**
 * Runs a system with unmodified packages in a world, twice. Both runs must have the same digest.
 */
import { expect } from 'vitest';
import { NodeProcess } from '../../world/node-process.ts';
import { runWorld, type Tools, type WorldRun, type WorldRunOptions } from '../../world/test/run-world.ts';
import type { World } from '../../world/world.ts';
import { type Project } from './project.ts';

export interface BundleRun extends WorldRun {
  /** `node-1 sold {"item":1}`: the probe records, in order. */
  readonly probes: readonly string[];
}

export type RunBundle = (arrange?: (tools: Tools) => void, options?: WorldRunOptions) => Promise<BundleRun>;

export async function bundleOf(project: Project): Promise<RunBundle> {
  let world: World | null = null;
  const image = await project.image(() => (world?.kernel.current instanceof NodeProcess ? world.kernel.current : null));
  const once = async (arrange: (tools: Tools) => void, options: WorldRunOptions): Promise<BundleRun> => {
    const run = await runWorld(
      (node, _, host) => {
        const loaded = image.instantiate(host);
        if (loaded.kind === 'main') throw new Error('the system is a main module');
        return loaded.start(node);
      },
      (tools) => {
        world = tools.world;
        arrange(tools);
      },
      options,
    );
    expect(run.end).toEqual({ why: 'stopped' });
    const probes = run.records.flatMap((record) =>
      record.type === 'probe' ? [`${record.node} ${record.name} ${JSON.stringify(record.fields)}`] : [],
    );
    return { ...run, probes };
  };
  return async (arrange = () => undefined, options = {}) => {
    const run = await once(arrange, options);
    expect((await once(arrange, options)).digest).toBe(run.digest);
    return run;
  };
}
