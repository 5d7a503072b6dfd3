import { describe, expect, it } from 'vitest';
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { TimerRecord } from '../kernel/record.ts';
import type { SimNode } from '../system/types.ts';
import { runWorld, said, type Tools, type WorldRun } from './test/run-world.ts';

type Run = (node: SimNode, tools: Tools, process: number) => void;

/** Nodes whose processes do what the test wants, with the number of the process. */
async function check(
  runProcess: Run,
  arrange: (tools: Tools) => void = () => undefined,
  options: { nodes?: number; choices?: ChoiceOverrides } = {},
): Promise<WorldRun> {
  const counts = new Map<string, number>();
  const start = (node: SimNode, tools: Tools) => {
    const process = (counts.get(node.name) ?? 0) + 1;
    counts.set(node.name, process);
    runProcess(node, tools, process);
    return {};
  };
  const run = await runWorld(start, arrange, { untilMs: 10_000, ...options });
  expect(run.end).toEqual({ why: 'stopped' });
  return run;
}

const phases = (run: WorldRun, label: string) =>
  run.records
    .filter((record): record is TimerRecord => record.type === 'timer' && record.label === label)
    .map(({ phase }) => phase);

describe('timers', () => {
  it('are mostly prompt, rarely late, never early, and never out of order', async () => {
    const lateness: number[] = [];
    const order: number[] = [];
    await check(({ clock }) => {
      for (let number = 0; number < 2000; number += 1) {
        const dueMs = clock.monotonicMs() + 100 + number * 4;
        clock.startTimer({ label: 'x', owner: `${number}` }, dueMs, () => {
          lateness.push(clock.monotonicMs() - dueMs);
          order.push(number);
        });
      }
    });
    expect(order).toEqual(Array.from({ length: 2000 }, (_, index) => index));
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateness)).toBeLessThan(31);
    const late = lateness.filter((ms) => ms > 0.3).length;
    expect(late).toBeGreaterThan(5);
    expect(late).toBeLessThan(100);
  });

  it('fire once, or never if they are cancelled; the ledger lists the open ones', async () => {
    const run = await check(({ clock, name }, tools) => {
      const start = (label: string, delayMs: number) =>
        clock.startTimer({ label, owner: 'o' }, delayMs, () => tools.note(label));
      const [early, gone] = [start('early', 10), start('gone', 50)];
      start('late', 100);
      const open = () =>
        tools.note(
          tools.world.ledger
            .timers(name)
            .map(({ label }) => label)
            .join(),
        );
      tools.at(20, open);
      tools.at(30, () => {
        early.cancel();
        gone.cancel();
        gone.cancel();
        open();
      });
    });
    expect(said(run)).toEqual(['early', 'gone,late', 'late', 'late']);
    expect(phases(run, 'early')).toEqual(['started', 'fired']);
    expect(phases(run, 'gone')).toEqual(['started', 'cancelled']);
  });

  it('and clocks follow virtual time', async () => {
    const run = await check(({ clock }, tools) => {
      tools.at(2500, () => tools.note(`${clock.monotonicMs()} ${new Date(clock.wallMs()).toISOString()}`));
    });
    expect(said(run)).toEqual(['2500 2026-01-01T00:00:02.500Z']);
  });
});

describe('a crash', () => {
  const crash = (tools: Tools, target = 'node-1') => tools.fault('node-crash', target, 1000, 500);

  it('ends everything at once: no timer fires, no promise settles, nothing is cleaned up', async () => {
    const run = await check(({ clock, redis }, tools, process) => {
      if (process > 1) return;
      const client = redis();
      clock.startTimer({ label: 'pending', owner: 'o' }, 2000, () => tools.note('fired'));
      tools.at(999.95, () => {
        const asked = client.set('x', '1');
        asked.then(
          () => tools.note('answered'),
          () => tools.note('failed'),
        );
        asked.finally(() => tools.note('finally')).catch(() => undefined);
      });
      client.on('close', () => tools.note('close'));
    }, crash);
    expect(said(run)).toEqual([]);
    expect(phases(run, 'pending')).toEqual(['started']);
    expect(run.records.some((record) => record.type === 'command' && record.phase === 'applied')).toBe(true);
  });

  it('is followed by a new process that starts from nothing', async () => {
    const names = new Set<string>();
    const run = await check(
      (node, tools, process) => {
        tools.note(`${node.name} ${process}`);
        names.add(node.entropy.id('boot'));
        node.clock.startTimer({ label: 'own', owner: 'o' }, 5000, () =>
          tools.note(`${node.name} of process ${process}`),
        );
      },
      crash,
      { nodes: 2 },
    );
    expect(said(run)).toEqual(['node-1 1', 'node-2 1', 'node-1 2', 'node-2 of process 1', 'node-1 of process 2']);
    expect(names.size).toBe(3);
    const phasesOfNode = run.records.flatMap((record) =>
      record.type === 'node' && record.node === 'node-1' ? [`${record.phase} ${record.process}`] : [],
    );
    expect(phasesOfNode).toEqual(['started 1', 'ready 1', 'crashed 1', 'started 2', 'ready 2']);
  });

  it('hits nothing if the node is down or unknown, and every node if the target is *', async () => {
    const twice = await check(
      () => undefined,
      (tools) => {
        crash(tools);
        tools.fault('node-crash', 'node-1', 1100, 100);
        tools.fault('node-crash', 'node-9', 1000, 100);
      },
    );
    expect(twice.world.hits.get('node-crash')).toBe(1);
    const all = await check(
      () => undefined,
      (tools) => crash(tools, '*'),
      { nodes: 3 },
    );
    expect(all.world.hits.get('node-crash')).toBe(3);
    expect(all.world.ledger.nodes()).toEqual(['node-1', 'node-2', 'node-3']);
  });

  it('leaves nothing of a start that has not ended', async () => {
    const run = await runWorld(
      async ({ clock }, tools) => {
        await new Promise<void>((resolve) => void clock.startTimer({ label: 'slow', owner: 'o' }, 2000, resolve));
        tools.note('started');
        return {};
      },
      crash,
      { untilMs: 10_000 },
    );
    expect(said(run)).toEqual(['started']);
    expect(run.notes[0]?.atMs).toBeGreaterThan(3500);
  });
});

describe('a graceful stop', () => {
  it('ends the process when the system has stopped, and closes its connections', async () => {
    const run = await runWorld(
      (node, tools) => {
        node.listen(() => undefined);
        return {
          stop: () =>
            new Promise<void>((resolve) => {
              node.clock.startTimer({ label: 'last', owner: 'o' }, 300, () => {
                tools.note('stopped');
                resolve();
              });
            }),
        };
      },
      (tools) => {
        tools.at(10, () => tools.dial('client-1'));
        tools.at(1000, () => tools.world.nodes.get('node-1')?.stop(() => tools.note('over')));
      },
      { untilMs: 10_000 },
    );
    expect(said(run)).toEqual(['client-1 open', 'stopped', 'over', 'client-1 closed 1006']);
    expect(run.world.ledger.nodes()).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['with nothing to wait for', () => undefined],
    ['with a value that is not a promise', () => 7 as never],
  ])('may end at once, %s', async (_what, stop) => {
    const run = await runWorld(
      () => ({ stop }),
      (tools) => tools.at(1000, () => tools.world.nodes.get('node-1')?.stop((how) => tools.note(how))),
      { untilMs: 10_000 },
    );
    expect(said(run)).toEqual(['stopped']);
  });
});

describe('identities', () => {
  /** What a node drew for each client's connection and words, and for its own timers. */
  async function drawn(clients: readonly string[]): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    const put = (name: string, id: string) => {
      expect(ids.has(name), name).toBe(false);
      ids.set(name, id);
    };
    await check(
      (node) => {
        const redis = node.redis();
        let ticks = 0;
        const tick = () => {
          ticks += 1;
          put(`tick ${ticks}`, node.entropy.id('tick'));
          if (ticks < 20) node.clock.startTimer({ label: 'tick', owner: 'node' }, 50, tick);
        };
        tick();
        node.listen((socket, request) => {
          const client = request.socket.remoteAddress;
          put(`${client} accepted`, node.entropy.id('connection'));
          put(`${client} secret`, node.entropy.id('connection'));
          socket.on('message', (data: Buffer) => {
            const text = data.toString();
            put(`${client} ${text}`, node.entropy.id('word'));
            void redis
              .set(`${client}/${text}`, 'x')
              .then(() => put(`${client} ${text} stored`, node.entropy.id('stored')));
          });
        });
      },
      (tools) => {
        for (const name of clients)
          tools.at(500, async () => {
            const socket = await tools.dial(name);
            for (const word of ['one', 'two', 'three']) socket.send(word);
          });
      },
    );
    return ids;
  }

  it('differ, even for two messages of one client', async () => {
    const ids = await drawn(['client-1', 'client-2']);
    expect(ids.size).toBe(20 + 2 * (2 + 3 + 3));
    expect(new Set(ids.values()).size).toBe(ids.size);
    for (const id of ids.values()) expect(id).toMatch(/^[a-z0-9]{20}$/);
  });

  it('do not change when another client is left out', async () => {
    const [all, some] = [await drawn(['client-1', 'client-2', 'client-3']), await drawn(['client-2'])];
    for (const [name, id] of some) expect(all.get(name), name).toBe(id);
  });
});

describe('testimony', () => {
  it('cannot use the names that are reserved for the simulator', async () => {
    const run = await check(({ probe }, tools) => {
      probe.note('opened', { count: 1 });
      try {
        probe.note('sim.escape');
      } catch (error) {
        tools.note((error as Error).message);
      }
    });
    expect(said(run)).toEqual(['probe names that begin with sim. are reserved: sim.escape']);
    expect(run.records.filter(({ type }) => type === 'probe')).toMatchObject([
      { node: 'node-1', process: 1, name: 'opened', fields: { count: 1 } },
    ]);
  });
});
