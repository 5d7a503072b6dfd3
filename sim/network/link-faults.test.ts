import { describe, expect, it } from 'vitest';
import type { ServerSocket } from '../system/web-socket-types.ts';
import { got, numbers, quiet, runNetwork, seeds } from './test/run-network.ts';
import { said, type Tools, type WorldRun, whenSaid } from '../world/test/run-world.ts';

/** The node counts downwards and the client upwards, every 500 ms, from 1 s to 9 s. */
async function counting(arrange: (tools: Tools) => void, options = {}): Promise<WorldRun> {
  return runNetwork(
    (socket, tools) => {
      for (let number = 1; number <= 16; number += 1) tools.at(500 + number * 500, () => socket.send(String(-number)));
    },
    (tools) => {
      tools.at(100, async () => {
        const socket = await tools.dial('client-1');
        for (let number = 1; number <= 16; number += 1)
          tools.at(500 + number * 500, () => (socket.readyState === 1 ? socket.send(String(number)) : undefined));
        tools.at(60_000, () => socket.close());
      });
      arrange(tools);
    },
    options,
  );
}

const up = numbers(17).slice(1);
const down = up.map((number) => `-${number}`);
const between = (run: WorldRun, who: string, fromMs: number, toMs: number) =>
  run.notes.filter(({ atMs, what }) => what.startsWith(`${who} got`) && atMs > fromMs && atMs < toMs).length;

describe('partition', () => {
  it('lets nothing pass either way; afterwards everything arrives in order', async () => {
    const run = await counting((tools) => tools.fault('partition', 'node-1', 2900, 4000));
    expect(got(run, 'node')).toEqual(up);
    expect(got(run, 'client-1')).toEqual(down);
    expect(between(run, 'node', 2970, 6900) + between(run, 'client-1', 2970, 6900)).toBe(0);
    expect(run.world.hits.get('partition')).toBe(1);
  });

  it('breaks a connection with something under way after 5 s, and both ends notice', async () => {
    const run = await counting((tools) => tools.fault('partition', 'node-1', 2900, 8000));
    expect(said(run)).toEqual(expect.arrayContaining(['node closed 1006', 'client-1 closed 1006']));
    expect(whenSaid(run, 'node closed 1006')).toBeGreaterThanOrEqual(7900);
    expect(got(run, 'node').length).toBeLessThan(6);
  });

  it('keeps a connection on which nothing was sent, and makes dialling wait', async () => {
    const run = await runNetwork(quiet, (tools) => {
      tools.at(100, async () => {
        const socket = await tools.dial('client-1');
        tools.at(12_000, () => socket.send('still here'));
        tools.at(60_000, () => socket.close());
      });
      tools.at(5000, async () => {
        const socket = await tools.dial('client-2');
        tools.at(60_000, () => socket.close());
      });
      tools.fault('partition', '*', 2000, 8000);
    });
    expect(got(run, 'node')).toEqual(['still here']);
    expect(whenSaid(run, 'client-2 open')).toBeGreaterThan(10_000);
    expect(whenSaid(run, 'client-2 open')).toBeLessThan(10_200);
  });

  it('affects one node only', async () => {
    const run = await counting((tools) => tools.fault('partition', 'node-2', 2900, 4000), { nodes: 2 });
    expect(between(run, 'node', 2970, 6900)).toBeGreaterThan(5);
  });
});

describe('partition-one-way', () => {
  it('blocks one direction, either of them, while the other works', async () => {
    const silent = new Set<string>();
    for (const seed of seeds(10)) {
      const run = await counting((tools) => tools.fault('partition-one-way', 'node-1', 2900, 4000), { seed });
      expect(got(run, 'node')).toEqual(up);
      expect(got(run, 'client-1')).toEqual(down);
      const arrived = [between(run, 'node', 2970, 6900), between(run, 'client-1', 2970, 6900)];
      expect(Math.min(...arrived)).toBe(0);
      expect(Math.max(...arrived)).toBeGreaterThan(5);
      silent.add(arrived[0] === 0 ? 'up' : 'down');
    }
    expect(silent.size).toBe(2);
  });
});

describe('slow-reader', () => {
  const line = (number: number) => String(number).padStart(100, '0');

  it('reads 100 bytes a second at rate 1, in whole frames, and the rest at the end, while bufferedAmount grows', async () => {
    let node: ServerSocket | null = null;
    const run = await runNetwork(
      (socket, tools) => {
        node = socket;
        tools.at(2000, () => {
          for (let number = 0; number < 100; number += 1) socket.send(line(number));
        });
      },
      (tools) => {
        tools.at(100, async () => {
          const socket = await tools.dial('client-1');
          tools.at(3000, () => socket.send('up is not slowed'));
          tools.at(60_000, () => socket.close());
        });
        tools.at(7000, () => tools.note(`waiting ${node?.bufferedAmount ?? 0}`));
        tools.at(20_000, () => tools.note(`waiting ${node?.bufferedAmount ?? 0}`));
        tools.fault('slow-reader', 'client-1', 1000, 9000, 0.5);
      },
    );
    expect(got(run, 'client-1')).toEqual(numbers(100).map((number) => line(Number(number))));
    // 200 bytes per second from 2 s on: about 10 frames of 100 bytes.
    expect(between(run, 'client-1', 2000, 7000)).toBeGreaterThanOrEqual(9);
    expect(between(run, 'client-1', 2000, 7000)).toBeLessThanOrEqual(11);
    expect(between(run, 'client-1', 9999, 10_100)).toBeGreaterThan(70);
    expect(
      Number(
        said(run)
          .find((what) => what.startsWith('waiting'))
          ?.slice(8),
      ),
    ).toBeGreaterThan(4000);
    expect(said(run)).toContain('waiting 0');
    expect(whenSaid(run, 'node got up is not slowed')).toBeLessThan(3100);
    expect(run.world.hits.get('slow-reader')).toBe(1);
  });

  it('slows later connections too, and a second fault has no effect', async () => {
    const run = await runNetwork(
      (socket, tools) => {
        const atMs = Math.ceil(tools.nowMs);
        tools.at(atMs + 1000, () => {
          for (let number = 0; number < 20; number += 1) socket.send(line(number));
        });
      },
      (tools) => {
        tools.fault('slow-reader', 'client-1', 1000, 9000);
        tools.fault('slow-reader', 'client-1', 1000, 9000);
        tools.at(2000, async () => {
          const socket = await tools.dial('client-1');
          tools.at(60_000, () => socket.close());
        });
      },
    );
    expect(between(run, 'client-1', 3000, 9900)).toBeGreaterThanOrEqual(6);
    expect(between(run, 'client-1', 3000, 9900)).toBeLessThanOrEqual(8);
    expect(got(run, 'client-1')).toHaveLength(20);
    expect(run.world.hits.get('slow-reader')).toBe(1);
  });
});

describe('reconnect-storm', () => {
  it('breaks all connections of one node at once; the node runs on and accepts new ones', async () => {
    const run = await runNetwork(
      quiet,
      (tools) => {
        for (const number of [1, 2, 3]) tools.at(100, () => tools.dial(`client-${number}`));
        tools.at(100, async () => {
          const socket = await tools.dial('client-4', 'node-2');
          tools.at(60_000, () => socket.close());
        });
        tools.at(3000, async () => {
          const socket = await tools.dial('client-1');
          tools.at(60_000, () => socket.close());
        });
        tools.fault('reconnect-storm', 'node-1', 2000);
      },
      { nodes: 2 },
    );
    expect(said(run).filter((what) => what === 'node closed 1006')).toHaveLength(3);
    expect(said(run).filter((what) => /^client-[123] closed 1006/.test(what))).toHaveLength(3);
    expect(whenSaid(run, 'client-4 closed 1005')).toBeGreaterThan(60_000);
    expect(said(run).filter((what) => what === 'client-1 open')).toHaveLength(2);
    expect(run.world.hits.get('reconnect-storm')).toBe(3);
  });
});
