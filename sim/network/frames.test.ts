import { describe, expect, it } from 'vitest';
import { runNetwork, seeds, numbers, got, frames, closeAtEnd } from './test/run-network.ts';
import { said, whenSaid } from '../world/test/run-world.ts';

describe('frames', () => {
  it.each(seeds(5))('arrive once each and in order, both ways, after a delay: seed %s', async (seed) => {
    const run = await runNetwork(
      (socket) => numbers(50).forEach((text) => socket.send(text)),
      (tools) =>
        tools.at(10, async () => {
          const client = await tools.dial('client-1');
          for (const text of numbers(50)) client.send(text);
          closeAtEnd(tools, client);
        }),
      { seed },
    );
    expect(got(run, 'client-1')).toEqual(numbers(50));
    expect(got(run, 'node')).toEqual(numbers(50));
    const [sent, delivered] = (['sent', 'delivered'] as const).map((phase) =>
      frames(run, { direction: 'down', kind: 'text', phase }),
    );
    const delays = delivered?.map((record, index) => record.atMs - (sent?.[index]?.atMs ?? 0)) ?? [];
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0.5);
    expect(new Set(delays).size).toBeGreaterThan(1);
  });

  it('under a latency fault take longer, on that client only, and stay in order', async () => {
    const run = await runNetwork(
      (socket, tools) => tools.at(1000, () => numbers(20).forEach((text) => socket.send(text))),
      (tools) => {
        tools.fault('latency', 'client-1', 900, 5000);
        for (const name of ['client-1', 'client-2'])
          tools.at(10, async () => {
            const client = await tools.dial(name);
            tools.at(1000, () => numbers(20).forEach((text) => client.send(text)));
            closeAtEnd(tools, client);
          });
      },
    );
    for (const direction of ['up', 'down'] as const) {
      const delivered = (client: string) => frames(run, { client, direction, kind: 'text', phase: 'delivered' });
      const last = (client: string) => delivered(client).at(-1)?.atMs ?? 0;
      expect(delivered('client-1').map(({ text }) => text)).toEqual(numbers(20));
      expect(last('client-1') - 1000).toBeGreaterThan(5 * (last('client-2') - 1000));
    }
  });

  it('are taken by the network before or after they arrive, never inside the call', async () => {
    const firsts = new Set<string>();
    for (const seed of seeds(12)) {
      const run = await runNetwork(
        (socket, tools) => {
          socket.send('x', () => tools.note('taken'));
          tools.note('sent');
        },
        (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
        { seed },
      );
      expect(said(run)[0]).toBe('sent');
    }
    for (const seed of seeds(40)) {
      const run = await runNetwork(
        (socket, tools) => tools.at(500, () => socket.send('x', () => tools.note('taken'))),
        (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
        { seed },
      );
      firsts.add(said(run).filter((what) => what === 'taken' || what === 'client-1 got x')[0] ?? '');
    }
    expect(firsts).toEqual(new Set(['taken', 'client-1 got x']));
  });

  it("that are pings are answered without the client's code", async () => {
    const run = await runNetwork(
      (socket) => socket.ping(),
      (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
    );
    expect(said(run)).toContain('node pong');
  });

  it('follow the request with which the client connected', async () => {
    let received: string[] = [];
    await runNetwork(
      (_socket, _tools, { method, url, headers, socket }) =>
        (received = [method, url, headers['upgrade'] ?? '', socket.remoteAddress]),
      (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
    );
    expect(received).toEqual(['GET', '/', 'websocket', 'sim:client-1']);
  });
});

describe('a client that does not read', () => {
  const chunk = 'x'.repeat(20_000);

  it('does not write either: what it sends leaves in order when it resumes', async () => {
    const run = await runNetwork(
      () => undefined,
      (tools) => {
        tools.fault('client-stall', 'client-1', 500, 5000);
        tools.at(10, async () => {
          const client = await tools.dial('client-1');
          for (const text of numbers(10)) tools.at(1000 + Number(text), () => client.send(text));
          closeAtEnd(tools, client);
        });
      },
    );
    expect(got(run, 'node')).toEqual(numbers(10));
    expect(whenSaid(run, 'node got 0')).toBeGreaterThanOrEqual(5500);
  });

  it("makes the node's frames wait, and gets all of them in order when it resumes", async () => {
    const run = await runNetwork(
      (socket, tools) => {
        for (let number = 0; number < 10; number += 1)
          tools.at(1000 + number, () => socket.send(`${number}${chunk}`, () => tools.note(`taken ${number}`)));
        tools.at(4000, () => tools.note(`buffered ${socket.bufferedAmount}`));
        tools.at(8000, () => tools.note(`buffered ${socket.bufferedAmount}`));
      },
      (tools) => {
        tools.fault('client-stall', 'client-1', 500, 5000);
        tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1')));
      },
    );
    const taken = (before: number) =>
      run.notes.filter(({ what, atMs }) => what.startsWith('taken') && atMs < before).length;
    // Four frames are more than the window.
    expect([taken(5000), taken(8000)]).toEqual([4, 10]);
    expect(said(run).filter((what) => what.startsWith('buffered'))).toEqual([
      `buffered ${6 * (4 + 20_001)}`,
      'buffered 0',
    ]);
    expect(got(run, 'client-1').map((text) => text.charAt(0))).toEqual(numbers(10));
    expect(
      Math.min(...frames(run, { kind: 'text', phase: 'delivered' }).map(({ atMs }) => atMs)),
    ).toBeGreaterThanOrEqual(5500);
  });

  it('gets a closing frame only after what was sent before it', async () => {
    const run = await runNetwork(
      (socket, tools) =>
        tools.at(1000, () => {
          for (const text of numbers(8)) socket.send(text + chunk);
          socket.close(1013, 'slow');
        }),
      (tools) => {
        tools.fault('client-stall', 'client-1', 500, 5000);
        tools.at(10, () => tools.dial('client-1'));
      },
    );
    expect(got(run, 'client-1').map((text) => text.charAt(0))).toEqual(numbers(8));
    expect(said(run).slice(-2).sort()).toEqual(['client-1 closed 1013 slow', 'node closed 1013 slow']);
  });

  it('that never resumes leaves the node with 1006 after 30 s, and with a callback for every send', async () => {
    const run = await runNetwork(
      (socket, tools) =>
        tools.at(1000, () => {
          for (const text of numbers(8)) socket.send(text + chunk, (error) => tools.note(`${text} ${error === null}`));
          socket.close(1001);
        }),
      (tools) => {
        tools.fault('client-stall', 'client-1', 500, 100_000);
        tools.at(10, () => tools.dial('client-1'));
      },
    );
    expect(whenSaid(run, 'node closed 1006')).toBe(31_000);
    expect(
      said(run)
        .filter((what) => /^\d/.test(what))
        .sort(),
      // Four frames are more than the window, and the fifth was handed over in part.
    ).toEqual(numbers(8).map((text) => `${text} ${Number(text) < 5}`));
    expect(frames(run, { kind: 'text', phase: 'lost' })).toHaveLength(8);
  });
});
