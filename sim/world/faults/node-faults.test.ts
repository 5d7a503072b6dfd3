import { describe, expect, it } from 'vitest';
import type { SimNode, RunningSystem } from '../../system/types.ts';
import { EPOCH_MS } from '../../ambient/library-globals.ts';
import { runNetwork } from '../../network/test/run-network.ts';
import { runWorld, said, type Tools, whenSaid } from '../test/run-world.ts';
import { seeds } from '../../redis/test/run-redis.ts';

const tag = (label: string) => ({ label, owner: 'test' });

/** Notes a beat every 100 ms. */
function beat(node: SimNode, tools: Tools): RunningSystem {
  const again = (): void => {
    tools.note(`${node.name} beats`);
    node.clock.startTimer(tag('beat'), 100, again);
  };
  again();
  return {};
}

const beats = (run: { notes: readonly { atMs: number; what: string }[] }, node: string, fromMs: number, toMs: number) =>
  run.notes.filter(({ atMs, what }) => what === `${node} beats` && atMs > fromMs && atMs < toMs).length;

describe('node-stall', () => {
  it('delays all events of one node; then they come in order, in separate events', async () => {
    const steps: number[] = [];
    const run = await runNetwork(
      (socket, tools) => {
        socket.on('message', () => steps.push(tools.world.kernel.step));
      },
      (tools) => {
        tools.at(100, async () => {
          const socket = await tools.dial('client-1');
          for (let number = 1; number <= 9; number += 1)
            tools.at(2000 + number * 300, () => socket.send(String(number)));
          tools.at(60_000, () => socket.close());
        });
        tools.fault('node-stall', 'node-1', 2000, 2000);
      },
    );
    expect(said(run).filter((what) => what.startsWith('node got'))).toEqual(
      Array.from({ length: 9 }, (_, index) => `node got ${index + 1}`),
    );
    expect(whenSaid(run, 'node got 1')).toBe(4000);
    expect(whenSaid(run, 'node got 6')).toBe(4000);
    expect(whenSaid(run, 'node got 8')).toBeGreaterThan(4000);
    expect(new Set(steps).size).toBe(9);
    expect(run.world.hits.get('node-stall')).toBe(1);
  });

  it('does not affect the other node or the clocks, and timers cancelled during it do not fire', async () => {
    const run = await runWorld(
      (node, tools) => {
        if (node.name === 'node-2') return beat(node, tools);
        const cancelled = node.clock.startTimer(tag('late'), 1500, () => tools.note('must not fire'));
        node.clock.startTimer(tag('early'), 1200, () => {
          tools.note(`woke ${node.clock.monotonicMs()} ${node.clock.wallMs() - EPOCH_MS}`);
          cancelled.cancel();
        });
        return {};
      },
      (tools) => tools.fault('node-stall', 'node-1', 1000, 3000),
      { nodes: 2, untilMs: 10_000 },
    );
    expect(said(run)).toContain('woke 4000 4000');
    expect(said(run)).not.toContain('must not fire');
    expect(beats(run, 'node-2', 1000, 4000)).toBeGreaterThan(25);
  });

  it('sometimes lets timers come first', async () => {
    const orders = new Set<string>();
    for (const seed of seeds(10)) {
      const run = await runNetwork(
        (socket, tools) => {
          const { process } = tools.world.nodes.get('node-1') ?? {};
          process?.startTimer(tag('t'), 2900, () => tools.note('timer'));
          void socket;
        },
        (tools) => {
          tools.at(100, async () => {
            const socket = await tools.dial('client-1');
            tools.at(2500, () => socket.send('frame'));
            tools.at(60_000, () => socket.close());
          });
          tools.fault('node-stall', 'node-1', 2000, 2000);
        },
        { seed },
      );
      orders.add(
        said(run)
          .filter((what) => what === 'timer' || what === 'node got frame')
          .join(),
      );
    }
    expect([...orders].sort()).toEqual(['node got frame,timer', 'timer,node got frame']);
  });

  it('ends with the process that it stalls', async () => {
    const run = await runWorld(
      beat,
      (tools) => {
        tools.fault('node-stall', 'node-1', 1000, 5000);
        tools.fault('node-crash', 'node-1', 1500, 500);
      },
      { untilMs: 8000 },
    );
    expect(beats(run, 'node-1', 1000, 2000)).toBeLessThanOrEqual(1);
    expect(beats(run, 'node-1', 2000, 6000)).toBeGreaterThan(30);
  });
});

describe('clocks and timers', () => {
  const watch = (node: SimNode, tools: Tools) => {
    const look = (): void => {
      const { clock } = node;
      tools.note(`${node.name} off ${Math.round(clock.wallMs() - EPOCH_MS - clock.monotonicMs())}`);
      tools.note(`${node.name} monotonic ${clock.monotonicMs() === tools.nowMs}`);
      clock.startTimer(tag('look'), 1000, look);
    };
    look();
    return {};
  };

  it.each([
    ['clock-skew', 5000],
    ['clock-jump', 600_000],
  ])(
    '%s: the wall clock of one node is wrong for a while, in either direction; monotonic time never is',
    async (kind, mostMs) => {
      const offs: number[] = [];
      for (const seed of seeds(10)) {
        const run = await runWorld(watch, (tools) => tools.fault(kind, 'node-1', 2500, 3000), {
          nodes: 2,
          seed,
          untilMs: 10_000,
        });
        const off = (node: string, fromMs: number, toMs: number) =>
          run.notes
            .filter(({ atMs, what }) => what.startsWith(`${node} off`) && atMs > fromMs && atMs < toMs)
            .map(({ what }) => Number(what.split(' ').at(-1)));
        expect(
          [...off('node-1', 0, 2500), ...off('node-1', 5500, 10_000), ...off('node-2', 0, 10_000)].every(
            (ms) => Math.abs(ms) <= 1,
          ),
        ).toBe(true);
        offs.push(...off('node-1', 2500, 5500));
        expect(said(run).some((what) => what.endsWith('monotonic false'))).toBe(false);
        expect(run.world.hits.get(kind)).toBe(1);
      }
      expect(Math.max(...offs)).toBeGreaterThan(mostMs / 10);
      expect(Math.min(...offs)).toBeLessThan(-mostMs / 10);
      expect(Math.max(...offs.map(Math.abs))).toBeLessThanOrEqual(mostMs + 1);
    },
  );

  it('timers-late: timers of one node are up to 500 ms late, in order, none early and none lost', async () => {
    const run = await runWorld(
      (node, tools) => {
        for (let number = 0; number < 100; number += 1)
          node.clock.startTimer(tag(`t${number}`), 1000 + number * 10, () => tools.note(`${node.name} ${number}`));
        return {};
      },
      (tools) => {
        tools.fault('timers-late', 'node-1', 900, 3000);
        tools.fault('timers-late', 'node-2', 0, 990);
      },
      { nodes: 2, untilMs: 5000 },
    );
    const lateMs = (node: string) => {
      const fired = run.notes.filter(({ what }) => what.startsWith(`${node} `));
      expect(fired.map(({ what }) => what)).toEqual(Array.from({ length: 100 }, (_, index) => `${node} ${index}`));
      return fired.map(({ atMs }, index) => atMs - 1000 - index * 10);
    };
    expect(Math.max(...lateMs('node-2'))).toBeLessThan(31);
    expect(Math.min(...lateMs('node-1'))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateMs('node-1'))).toBeGreaterThan(300);
    expect(Math.max(...lateMs('node-1'))).toBeLessThan(532);
    expect(new Set(lateMs('node-1').map((ms) => Math.round(ms / 100))).size).toBeGreaterThan(2);
  });
});

describe('failpoints', () => {
  const work = (node: SimNode, tools: Tools) => {
    for (const atMs of [1000, 3000])
      node.clock.startTimer(tag('work'), atMs, () => {
        const askedAtStep = tools.world.kernel.step;
        node.failpoint('source').then(
          () => tools.note(`${node.name} ${atMs} ok ${tools.world.kernel.step > askedAtStep}`),
          (error: Error) => tools.note(`${node.name} ${atMs} ${error.message}`),
        );
      });
    return {};
  };

  it('resolve at once, in a separate event', async () => {
    const run = await runWorld(work, () => undefined, { untilMs: 5000 });
    expect(said(run)).toEqual(['node-1 1000 ok true', 'node-1 3000 ok true']);
    expect(whenSaid(run, 'node-1 1000 ok true')).toBeLessThan(1031);
  });

  it('take up to 50 ms without a fault in runs with slow failpoints, mostly little', async () => {
    const took: number[] = [];
    for (const seed of seeds(60)) {
      const run = await runWorld(work, () => undefined, {
        seed,
        circumstances: { slowFailpoints: true },
        untilMs: 5000,
      });
      took.push(whenSaid(run, 'node-1 1000 ok true') - 1000);
    }
    expect(Math.max(...took)).toBeGreaterThan(20);
    // A timer may be late by up to 30 ms.
    expect(Math.max(...took)).toBeLessThan(81);
    expect(took.filter((ms) => ms < 10).length).toBeGreaterThan(30);
  });

  it('failpoint-error: reject at one node during the fault', async () => {
    const run = await runWorld(work, (tools) => tools.fault('failpoint-error', 'node-1', 2000, 2000), {
      nodes: 2,
      untilMs: 5000,
    });
    expect([...said(run)].sort()).toEqual([
      'node-1 1000 ok true',
      'node-1 3000 failed at the point source',
      'node-2 1000 ok true',
      'node-2 3000 ok true',
    ]);
    expect(run.world.hits.get('failpoint-error')).toBe(1);
  });

  it('failpoint-delay: take up to 3 s, and no longer than the fault', async () => {
    const took: number[] = [];
    for (const seed of seeds(10)) {
      const run = await runWorld(work, (tools) => tools.fault('failpoint-delay', 'node-1', 2500, 2000), {
        seed,
        untilMs: 8000,
      });
      expect(said(run)).toEqual(['node-1 1000 ok true', 'node-1 3000 ok true']);
      took.push(whenSaid(run, 'node-1 3000 ok true') - 3000);
    }
    expect(Math.max(...took)).toBeGreaterThan(1000);
    expect(Math.max(...took)).toBeLessThan(1531);
    expect(Math.min(...took)).toBeLessThan(1000);
  });
});
