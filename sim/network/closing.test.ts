import { describe, expect, it } from 'vitest';
import { runNetwork, seeds, quiet, got, frames, closeAtEnd } from './test/run-network.ts';
import { said, whenSaid } from '../world/test/run-world.ts';

describe('closing', () => {
  it.each(seeds(8))('by the client reports its code to the node, behind all frames: seed %s', async (seed) => {
    const run = await runNetwork(
      quiet,
      (tools) =>
        tools.at(10, async () => {
          const client = await tools.dial('client-1');
          client.send('last words');
          client.close(4001, 'bye');
          client.send('too late');
        }),
      { seed },
    );
    expect(got(run, 'node')).toEqual(['last words']);
    expect(said(run)).toEqual(expect.arrayContaining(['client-1 closed 4001 bye', 'node closed 4001 bye']));
    expect(frames(run, { direction: 'up', kind: 'close', phase: 'sent' })).toHaveLength(1);
    // The node's answer and the end of the connection still have to travel.
    expect(whenSaid(run, 'node closed 4001 bye')).toBeGreaterThan(
      frames(run, { direction: 'up', kind: 'close', phase: 'delivered' })[0]?.atMs ?? 0,
    );
  });

  it('by the node reports code and reason to the client, whose earlier frames still arrive', async () => {
    const run = await runNetwork(
      (socket, tools) =>
        tools.at(500, () => {
          socket.close(4409, 'replaced');
          tools.note(`state ${socket.readyState}`);
          socket.send('unheard', (error) => tools.note(error?.message ?? 'taken'));
        }),
      (tools) =>
        tools.at(10, async () => {
          const client = await tools.dial('client-1');
          tools.at(500, () => client.send('crossing'));
        }),
    );
    expect(said(run)).toEqual([
      'client-1 open',
      'state 2',
      'WebSocket is not open: readyState 2 (CLOSING)',
      ...said(run).slice(3),
    ]);
    expect(said(run).slice(3).sort()).toEqual([
      'client-1 closed 4409 replaced',
      'node closed 4409 replaced',
      'node got crossing',
    ]);
    const closings = frames(run, { kind: 'close', code: 4409, reason: 'replaced' });
    expect(closings.map(({ direction, phase }) => `${direction} ${phase}`).sort()).toEqual([
      'down delivered',
      'down down',
      'down sent',
      'up delivered',
      'up down',
      'up sent',
    ]);
  });

  it('without a code is 1005 on both sides', async () => {
    const byNode = await runNetwork(
      (socket, tools) => tools.at(500, () => socket.close()),
      (tools) => tools.at(10, () => tools.dial('client-1')),
    );
    const byClient = await runNetwork(quiet, (tools) =>
      tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'), 500)),
    );
    for (const run of [byNode, byClient])
      expect(said(run)).toEqual(expect.arrayContaining(['client-1 closed 1005', 'node closed 1005']));
  });

  it("from both sides at once ends once: each reports the other's code, or both the first", async () => {
    const codes = new Set<string>();
    for (const seed of seeds(30)) {
      const run = await runNetwork(
        (socket, tools) => tools.at(500, () => socket.close(4002)),
        (tools) =>
          tools.at(10, async () => {
            const client = await tools.dial('client-1');
            tools.at(480 + 1.5 * Number(BigInt(seed)), () => client.close(4001));
          }),
        { seed },
      );
      const closed = said(run).filter((what) => what.includes('closed'));
      expect(closed).toHaveLength(2);
      expect(frames(run, { direction: 'up', kind: 'close', phase: 'delivered' }).length).toBeLessThanOrEqual(1);
      codes.add(closed.sort().join());
    }
    expect(codes).toEqual(
      new Set([
        'client-1 closed 4001,node closed 4001',
        'client-1 closed 4002,node closed 4001',
        'client-1 closed 4002,node closed 4002',
      ]),
    );
  });

  it('by terminate loses what is under way, and the client notices after the node', async () => {
    const run = await runNetwork(
      (socket, tools) =>
        tools.at(500, () => {
          socket.send('under way');
          socket.terminate();
          socket.terminate();
          tools.note('terminated');
        }),
      (tools) => tools.at(10, () => tools.dial('client-1')),
    );
    expect(said(run)).toEqual(['client-1 open', 'terminated', 'node closed 1006', 'client-1 closed 1006']);
    expect(whenSaid(run, 'node closed 1006')).toBe(500);
    expect(frames(run, { direction: 'down', kind: 'text', phase: 'lost' })).toHaveLength(1);
    expect(frames(run, { direction: 'down', kind: 'close', phase: 'sent' })).toHaveLength(1);
  });
});
