import { describe, expect, it } from 'vitest';
import type { NodeRecord } from '../kernel/record.ts';
import type { SimNode, RunningSystem } from '../system/types.ts';
import { runWorld, said, type Tools, type WorldRun } from './test/run-world.ts';

/** A version that takes `stopMs` to stop; null means that it never stops. */
const version =
  (name: string, stopMs: number | null = 300) =>
  (node: SimNode, tools: Tools): RunningSystem => {
    tools.note(`${node.name} runs ${name}`);
    return {
      stop: () =>
        new Promise<void>((resolve) => {
          if (stopMs !== null) node.clock.startTimer({ label: 'stop', owner: 'test' }, stopMs, resolve);
        }),
    };
  };

interface Running {
  readonly atMs: number;
  /** `current`, `other` or `down`, by node. */
  readonly now: Readonly<Record<string, string>>;
}

/** What runs on each node after each change. */
function runningIn(run: WorldRun): Running[] {
  let now: Readonly<Record<string, string>> = {};
  const changes = run.records.filter((record): record is NodeRecord => record.type === 'node');
  return changes
    .filter(({ phase }) => phase !== 'started')
    .map(({ atMs, node, phase, version: which = 'current' }) => {
      now = { ...now, [node]: phase === 'ready' ? which : 'down' };
      return { atMs, now };
    });
}

const count = (running: Running, what: string) => Object.values(running.now).filter((which) => which === what).length;

function mixed(
  arrange: (tools: Tools) => void,
  { nodes = 3, other = version('other'), current = version('current') } = {},
): Promise<WorldRun> {
  return runWorld(current, arrange, { nodes, other, untilMs: 60_000 });
}

describe('mixed-versions', () => {
  it('brings the other version to one node after the other, and the current one back in the same order', async () => {
    const run = await mixed((tools) => tools.fault('mixed-versions', 'node-2', 1000, 20_000));
    const order = ['node-2', 'node-3', 'node-1'];
    expect(said(run).slice(3)).toEqual([
      ...order.map((node) => `${node} runs other`),
      ...order.map((node) => `${node} runs current`),
    ]);
    const back = run.notes.filter(({ what }) => what === 'node-2 runs current').at(-1);
    expect(back?.atMs).toBeGreaterThan(11_000);
    expect(back?.atMs).toBeLessThan(12_000);
    expect(run.world.hits.get('mixed-versions')).toBe(6);
  });

  it('lets both versions run at the same time, with at most one node down', async () => {
    const changes = runningIn(await mixed((tools) => tools.fault('mixed-versions', 'node-1', 1000, 20_000)));
    const both = changes.filter((now) => count(now, 'other') > 0 && count(now, 'current') > 0);
    expect(both.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...changes.map((now) => count(now, 'down')))).toBe(1);
    expect(changes.some((now) => count(now, 'other') === 3)).toBe(true);
  });

  it('replaces only some of the nodes at a low rate', async () => {
    const run = await mixed((tools) => tools.fault('mixed-versions', 'node-3', 1000, 20_000, 0.5));
    expect(said(run).slice(3)).toEqual([
      'node-3 runs other',
      'node-1 runs other',
      'node-3 runs current',
      'node-1 runs current',
    ]);
  });

  it('turns back early if the time is short, and skips nodes that run the current version', async () => {
    const run = await mixed((tools) => tools.fault('mixed-versions', 'node-1', 1000, 9600), {
      current: version('current', 1500),
      other: version('other', 0),
    });
    expect(said(run).slice(3)).toEqual([
      'node-1 runs other',
      // It was being stopped when the deployment turned round.
      'node-2 runs current',
      'node-1 runs current',
    ]);
  });

  it('leaves no other version running, and takes down one node at a time, whatever its duration', async () => {
    for (const durationMs of [100, 700, 1500, 2000, 3000, 4000, 5000, 6000, 7000, 9000, 16_000]) {
      for (const stopMs of [0, 2000, null]) {
        const run = await mixed((tools) => tools.fault('mixed-versions', 'node-1', 1000, durationMs), {
          current: version('current', stopMs),
          other: version('other', stopMs),
        });
        const endMs = 1000 + durationMs;
        const goneMs = endMs + 10_500;
        const after = runningIn(run).filter(({ atMs }) => atMs >= goneMs);
        const before = runningIn(run).filter(({ atMs }) => atMs < endMs);
        expect(Math.max(...before.map((now) => count(now, 'down')))).toBeLessThanOrEqual(1);
        expect(run.world.ledger.nodes()).toHaveLength(3);
        for (const node of run.world.nodes.values()) expect(node.process?.version).toBe('current');
        expect(after.every((now) => count(now, 'other') === 0)).toBe(true);
      }
    }
  });

  it('stops a node that still runs the other version at its end, and kills it after 10 s', async () => {
    const run = await mixed((tools) => tools.fault('mixed-versions', 'node-1', 1000, 12_000), {
      nodes: 1,
      other: version('other', null),
    });
    expect(run.records.flatMap((record) => (record.type === 'node' ? (record.reason ?? []) : []))).toEqual([
      'mixed-versions (fault-1): it had not stopped after 10 s',
    ]);
    const phases = run.records.flatMap((record) =>
      record.type === 'node' ? [`${record.phase} ${record.version ?? 'current'} at ${Math.floor(record.atMs)}`] : [],
    );
    expect(phases.slice(-3)).toEqual(['crashed other at 17000', 'started current at 17500', 'ready current at 17500']);
  });

  it('restarts a node that crashes with the version it ran', async () => {
    const run = await mixed(
      (tools) => {
        tools.fault('mixed-versions', 'node-1', 1000, 20_000);
        tools.fault('node-crash', 'node-1', 5000, 1000);
      },
      { nodes: 1 },
    );
    expect(said(run)).toEqual(['node-1 runs current', 'node-1 runs other', 'node-1 runs other', 'node-1 runs current']);
  });

  it('does not change a node that another fault has restarted until its turn comes', async () => {
    const run = await mixed(
      (tools) => {
        tools.fault('mixed-versions', 'node-1', 1000, 20_000);
        // Ends while the deployment has the node down.
        tools.fault('node-crash', 'node-1', 1400, 100);
        tools.fault('node-crash', 'node-1', 3000, 1000);
      },
      { nodes: 1 },
    );
    expect(said(run)).toEqual(Array.from({ length: 3 }, () => 'node-1 runs current'));
  });

  it('starts a node that is down at its end with the current version', async () => {
    const down = await mixed(
      (tools) => {
        tools.fault('mixed-versions', 'node-1', 1000, 6000);
        tools.fault('node-crash', 'node-1', 3000, 6000);
      },
      { nodes: 1 },
    );
    expect(said(down)).toEqual(['node-1 runs current', 'node-1 runs other', 'node-1 runs current']);
  });

  it('leaves no other version running when two overlap', async () => {
    for (const laterMs of [100, 900, 2000, 5000]) {
      const run = await mixed((tools) => {
        tools.fault('mixed-versions', 'node-1', 1000, 8000);
        tools.fault('mixed-versions', 'node-2', 1000 + laterMs, 8000);
      });
      for (const node of run.world.nodes.values()) expect(node.process?.version).toBe('current');
      expect(runningIn(run).at(-1)?.now).toEqual({ 'node-1': 'current', 'node-2': 'current', 'node-3': 'current' });
    }
  });

  it('is refused if the scenario declares no other version', async () => {
    const refused = runWorld(version('current'), (tools) => tools.fault('mixed-versions', 'node-1', 1000, 5000));
    await expect(refused).rejects.toThrow(
      'fault-1: the fault mixed-versions needs another version, and the scenario declares none',
    );
  });
});
