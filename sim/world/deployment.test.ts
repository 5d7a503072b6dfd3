import { describe, expect, it } from 'vitest';
import type { SimNode } from '../system/types.ts';
import { runWorld, said, type Tools, whenSaid } from './test/run-world.ts';

describe('deploy', () => {
  const system = (stopMs: number | null) => (node: SimNode, tools: Tools) => {
    tools.note(`${node.name} starts`);
    return {
      stop: () =>
        new Promise<void>((resolve) => {
          tools.note(`${node.name} stops`);
          if (stopMs !== null) node.clock.startTimer({ label: 'stop', owner: 'test' }, stopMs, resolve);
        }),
    };
  };
  const ends = (run: Awaited<ReturnType<typeof runWorld>>) =>
    run.records.flatMap((record) =>
      record.type === 'node' && /stopped|crashed/.test(record.phase) ? [`${record.node} ${record.phase}`] : [],
    );

  it('restarts one node after another, beginning with its target', async () => {
    const run = await runWorld(system(300), (tools) => tools.fault('deploy', 'node-2', 1000, 15_000), { nodes: 3 });
    expect(said(run).slice(3)).toEqual(
      ['node-2', 'node-3', 'node-1'].flatMap((node) => [`${node} stops`, `${node} starts`]),
    );
    expect(ends(run)).toEqual(['node-2 stopped', 'node-3 stopped', 'node-1 stopped']);
    expect(run.world.hits.get('deploy')).toBe(3);
  });

  it('kills a node that does not stop within 10 s; no node stays down', async () => {
    const run = await runWorld(system(null), (tools) => tools.fault('deploy', 'node-1', 1000, 15_000), { nodes: 3 });
    expect(ends(run)).toEqual(['node-1 crashed', 'node-2 crashed']);
    expect(whenSaid(run, 'node-2 stops')).toBeGreaterThan(12_000);
    expect(run.world.ledger.nodes()).toEqual(['node-1', 'node-2', 'node-3']);
  });

  it.each([
    [9000, 'node-1 stopped', undefined],
    [null, 'node-1 crashed', 'deploy (fault-1): it had not stopped after 10 s'],
  ])('leaves a node that is stopping at its end the rest of its 10 s (%s)', async (stopMs, how, reason) => {
    const run = await runWorld(system(stopMs), (tools) => tools.fault('deploy', 'node-1', 1000, 200), { nodes: 2 });
    expect(ends(run)).toEqual([how]);
    expect(run.records.flatMap((record) => (record.type === 'node' ? (record.reason ?? []) : []))).toEqual(
      reason === undefined ? [] : [reason],
    );
    const ended = run.records.find((record) => record.type === 'fault' && record.phase === 'ended');
    expect(ended?.atMs).toBeCloseTo(1000 + (stopMs ?? 10_000) + 500, -2);
    expect(run.world.ledger.nodes()).toEqual(['node-1', 'node-2']);
  });

  it('skips a node that is down', async () => {
    const run = await runWorld(
      system(300),
      (tools) => {
        tools.fault('node-crash', 'node-1', 500, 4000);
        tools.fault('deploy', 'node-1', 1000, 15_000);
      },
      { nodes: 2 },
    );
    expect(ends(run)).toEqual(['node-1 crashed', 'node-2 stopped']);
  });

  it('continues when another fault kills the node that it stops, and does not touch the next process', async () => {
    const run = await runWorld(
      system(900),
      (tools) => {
        tools.fault('deploy', 'node-1', 1000, 15_000);
        tools.fault('node-crash', 'node-1', 1500, 1000);
      },
      { nodes: 3 },
    );
    expect(ends(run)).toEqual(['node-1 crashed', 'node-2 stopped', 'node-3 stopped']);
    expect(said(run).filter((what) => what === 'node-1 starts')).toHaveLength(2);
    expect(run.world.ledger.nodes()).toEqual(['node-1', 'node-2', 'node-3']);
  });

  it('asks a process to stop that starts at the same time', async () => {
    const run = await runWorld(system(100), ({ world, at }) => {
      const node = world.nodes.get('node-1');
      at(1000, () => node?.crash('test'));
      at(2000, () => {
        node?.start();
        node?.stop(() => undefined);
      });
    });
    expect(whenSaid(run, 'node-1 stops')).toBe(2000);
    expect(ends(run)).toEqual(['node-1 crashed', 'node-1 stopped']);
  });
});
