import { Server } from 'mock-socket';
import { describe, expect, it } from 'vitest';
import { runNetwork, quiet, numbers, frames, closeAtEnd } from './test/run-network.ts';
import { said, type Tools, whenSaid, runWorld } from '../world/test/run-world.ts';

describe('faults of a connection', () => {
  /**
   * The connection opens some time after 10 ms. So the fault comes before, during or after that.
   */
  it.each(Array.from({ length: 40 }, (_, index) => 10 + index * 3))(
    'its loss at %i ms is noticed at both ends, at any stage of opening',
    async (atMs) => {
      const run = await runNetwork(
        (socket, tools) => {
          tools.note('accepted');
          socket.send('hello');
        },
        (tools) => {
          tools.fault('connection-loss', 'client-1', atMs);
          tools.at(10, async () => {
            const client = await tools.dial('client-1').catch((error: Error) => tools.note(error.message));
            if (client !== undefined) closeAtEnd(tools, client);
          });
        },
        { seed: '0x4' },
      );
      const notes = said(run);
      const hit = (run.world.hits.get('connection-loss') ?? 0) > 0;
      const ends = hit ? (notes.includes('client-1 open') ? ['client-1 closed 1006'] : ['connection reset']) : [];
      expect(notes.filter((what) => /^client-1 closed 1006|reset/.test(what))).toEqual(ends);
      expect(notes.includes('node closed 1006')).toBe(hit);
    },
  );

  it.each([1000, 1010, 1020, 1030])('its loss at %i ms loses what is under way, and repeats nothing', async (atMs) => {
    const run = await runNetwork(
      (socket, tools) => {
        for (const text of numbers(30)) tools.at(1000 + 2 * Number(text), () => socket.send(text, () => undefined));
      },
      (tools) => {
        tools.fault('connection-loss', 'client-1', atMs);
        tools.at(10, () => tools.dial('client-1'));
      },
    );
    const texts = (phase: 'sent' | 'delivered' | 'lost') =>
      frames(run, { direction: 'down', kind: 'text', phase }).map(({ text }) => text);
    expect([...texts('delivered'), ...texts('lost')]).toEqual(texts('sent'));
    expect(texts('lost').length).toBeGreaterThan(0);
    expect(texts('delivered').length).toBeLessThan(30);
  });

  /** Steps finer than the 4 ms that a socket takes to open. */
  it.each(Array.from({ length: 60 }, (_, index) => 10 + index * 2))(
    'a client that vanishes at %i ms is gone, and the node is not notified',
    async (atMs) => {
      const run = await runNetwork(
        (socket, tools) => {
          tools.note('accepted');
          tools.at(1000, () => socket.ping());
          tools.at(1000, () => socket.send('x'));
          tools.at(50_000, () => tools.note(`state ${socket.readyState}`));
          tools.at(60_000, () => socket.close(1001));
        },
        (tools) => {
          tools.fault('half-open', 'client-1', atMs);
          tools.at(10, async () => {
            const client = await tools.dial('client-1').catch(() => tools.note('gone'));
            if (client === undefined) return;
            client.send('from the grave');
          });
        },
        { seed: '0x4' },
      );
      if ((run.world.hits.get('half-open') ?? 0) === 0) return;
      expect(said(run).filter((what) => what === 'gone' || what === 'client-1 closed 1006')).toHaveLength(1);
      expect(said(run).filter((what) => what.startsWith('node') && what !== 'node got from the grave')).toEqual([
        'node closed 1006',
      ]);
      expect(said(run)).toContain('state 1');
      expect(whenSaid(run, 'node closed 1006')).toBe(90_000);
      expect(frames(run, { direction: 'down', kind: 'text', phase: 'delivered' })).toEqual([]);
    },
  );

  it('a half-open connection takes no more bytes than its window', async () => {
    const run = await runNetwork(
      (socket, tools) => {
        tools.at(1000, () => {
          for (const text of numbers(8)) socket.send('x'.repeat(20_000), () => tools.note(`taken ${text}`));
        });
        tools.at(20_000, () => tools.note(`buffered ${socket.bufferedAmount}`));
        tools.at(20_000, () => socket.terminate());
      },
      (tools) => {
        tools.fault('half-open', 'client-1', 500);
        tools.at(10, () => tools.dial('client-1'));
      },
    );
    expect(said(run)).toContain('buffered 80016');
  });

  it('aimed at * hit all connections', async () => {
    const run = await runNetwork(quiet, (tools) => {
      tools.fault('connection-loss', '*', 500);
      tools.fault('client-stall', '*', 1000, 100);
      for (const name of ['client-1', 'client-2']) tools.at(10, () => tools.dial(name));
    });
    expect(said(run)).toEqual(expect.arrayContaining(['client-1 closed 1006', 'client-2 closed 1006']));
  });
});

describe('dialling', () => {
  const dialAt = (atMs: number) => (tools: Tools) => {
    tools.fault('node-crash', 'node-1', 100, 500);
    tools.at(atMs, () =>
      tools.dial('client-1').then(
        (socket) => closeAtEnd(tools, socket),
        (error: Error) => tools.note(error.message),
      ),
    );
  };

  it('is refused while the node is down, and works again afterwards', async () => {
    expect(said(await runNetwork(quiet, dialAt(300)))).toEqual(['connection refused']);
    expect(said(await runNetwork(quiet, dialAt(1500)))).toContain('client-1 open');
  });

  it('is refused before the node listens', async () => {
    const run = await runWorld(
      (node, tools) => {
        tools.at(1000, () => node.listen((socket) => socket.on('close', () => undefined)));
        return {};
      },
      (tools) => tools.at(10, () => tools.dial('client-1').catch((error: Error) => tools.note(error.message))),
    );
    expect(said(run)).toEqual(['connection refused']);
  });

  it('is reset when the node crashes during the handshake', async () => {
    const outcomes = new Set<string>();
    for (let atMs = 1; atMs < 120; atMs += 4) outcomes.add(said(await runNetwork(quiet, dialAt(atMs)))[0] ?? '');
    expect(outcomes).toEqual(new Set(['client-1 open', 'connection reset', 'connection refused']));
  });

  it('gives each connection a separate end', async () => {
    const run = await runNetwork(quiet, (tools) => {
      tools.at(10, async () => {
        const [first, second] = await Promise.all([tools.dial('client-1'), tools.dial('client-1')]);
        first.close(4001);
        tools.at(1000, () => second.close(4002));
      });
    });
    expect(said(run).filter((what) => what.startsWith('node'))).toEqual(['node closed 4001', 'node closed 4002']);
    expect(new Set(frames(run, { kind: 'open' }).map(({ link }) => link))).toEqual(
      new Set(['client-1#1', 'client-1#2']),
    );
  });
});

describe('a node that crashes', () => {
  it('leaves its clients with 1006, stalled ones too, and receives nothing more', async () => {
    const run = await runNetwork(
      (socket, tools) => tools.at(499, () => socket.send('under way', () => tools.note('taken'))),
      (tools) => {
        tools.fault('half-open', 'client-2', 400);
        tools.fault('node-crash', 'node-1', 500, 1000);
        for (const name of ['client-1', 'client-2']) tools.at(10, () => tools.dial(name));
      },
    );
    expect(
      said(run)
        .filter((what) => what.endsWith('closed 1006'))
        .sort(),
    ).toEqual(['client-1 closed 1006', 'client-2 closed 1006']);
    expect(whenSaid(run, 'client-1 closed 1006')).toBeGreaterThan(500);
    expect(said(run)).not.toContain('node closed 1006');
  });
});

describe('after a run', () => {
  it('mock-socket holds no connection, even if the run ended midway', async () => {
    for (const untilMs of [30, 60, 100, 501, 503, 506, 520, 600]) {
      const run = await runWorld(
        (node, tools) => {
          node.listen((socket) => {
            tools.at(500, () => socket.close(1001));
          });
          return {};
        },
        (tools) => {
          for (const name of ['client-1', 'client-2', 'client-3'])
            tools.at(10, () => tools.dial(name).catch(() => undefined));
        },
        { untilMs },
      );
      expect(run.end).toEqual({ why: 'stopped' });
      for (const name of ['client-1', 'client-2', 'client-3'])
        new Server(`ws://${name}-1.sim/`, { mock: false }).stop();
    }
  });
});
