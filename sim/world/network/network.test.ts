import { Server } from 'mock-socket';
import { describe, expect, it } from 'vitest';
import { formatSeed, type Seed } from '../../kernel/seed.ts';
import type { FrameRecord } from '../../kernel/record.ts';
import type { NodeFaces, RequestFace, ServerSocketFace } from '../faces.ts';
import { runWorld, said, type Tools, whenSaid, type WorldRun, type WorldRunOptions } from '../test/run-world.ts';

type Accept = (socket: ServerSocketFace, tools: Tools, request: RequestFace) => void;

/** A node that says what its sockets tell it, and does with them what the test wants. */
async function check(
  accept: Accept,
  arrange: (tools: Tools) => void,
  options: WorldRunOptions = {},
): Promise<WorldRun> {
  const start = (node: NodeFaces, tools: Tools) => {
    node.listen((socket, request) => {
      socket.on('message', (data: Buffer) => tools.note(`node got ${data.toString()}`));
      socket.on('pong', () => tools.note('node pong'));
      socket.on('close', (code: number, reason: Buffer) =>
        tools.note(`node closed ${code} ${reason.toString()}`.trim()),
      );
      accept(socket, tools, request);
    });
    return {};
  };
  const run = await runWorld(start, arrange, options);
  expect(run.end).toEqual({ why: 'stopped' });
  expect(
    [...run.world.network.open.keys()].filter((link) => !link.startsWith('kept')),
    'links left',
  ).toEqual([]);
  return run;
}

const seeds = (count: number): Seed[] => Array.from({ length: count }, (_, index) => formatSeed(BigInt(index + 1)));
const quiet: Accept = () => undefined;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const got = (run: WorldRun, who: string) =>
  said(run)
    .filter((what) => what.startsWith(`${who} got `))
    .map((what) => what.slice(who.length + 5));
const frames = (run: WorldRun, wanted: Partial<FrameRecord>): FrameRecord[] =>
  run.records.filter(
    (record): record is FrameRecord =>
      record.type === 'frame' &&
      Object.entries(wanted).every(([name, value]) => record[name as keyof FrameRecord] === value),
  );
const closeAtEnd = (tools: Tools, socket: { close(): void }, atMs = 60_000) => tools.at(atMs, () => socket.close());

describe('frames', () => {
  it.each(seeds(5))('arrive once each and in order, both ways, in some time: seed %s', async (seed) => {
    const run = await check(
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
    const run = await check(
      (socket, tools) => tools.at(1000, () => numbers(20).forEach((text) => socket.send(text))),
      (tools) => {
        tools.fault('latency', 'client-1', 900, 5000);
        for (const name of ['client-1', 'client-2'])
          tools.at(10, async () => closeAtEnd(tools, await tools.dial(name)));
      },
    );
    expect(got(run, 'client-1')).toEqual(numbers(20));
    const last = (client: string) => frames(run, { client, kind: 'text', phase: 'delivered' }).at(-1)?.atMs ?? 0;
    expect(last('client-1') - 1000).toBeGreaterThan(5 * (last('client-2') - 1000));
  });

  it('are taken by the network before or after they arrive, never inside the call', async () => {
    const firsts = new Set<string>();
    for (const seed of seeds(12)) {
      const run = await check(
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
      const run = await check(
        (socket, tools) => tools.at(500, () => socket.send('x', () => tools.note('taken'))),
        (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
        { seed },
      );
      firsts.add(said(run).filter((what) => what === 'taken' || what === 'client-1 got x')[0] ?? '');
    }
    expect(firsts).toEqual(new Set(['taken', 'client-1 got x']));
  });

  it('that are pings are answered by the client itself', async () => {
    const run = await check(
      (socket) => socket.ping(),
      (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
    );
    expect(said(run)).toContain('node pong');
  });

  it('carry what the request of the connection was', async () => {
    let seen: RequestFace | null = null;
    await check(
      (_socket, _tools, request) => (seen = request),
      (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
    );
    expect(seen).toEqual({ url: '/', headers: {}, socket: { remoteAddress: 'sim:client-1' } });
  });
});

describe('a client that does not read', () => {
  const chunk = 'x'.repeat(20_000);

  it('lets what is sent wait, and gets everything in order when it goes on', async () => {
    const run = await check(
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
    // Four are more than the window.
    expect([taken(5000), taken(8000)]).toEqual([4, 10]);
    expect(said(run).filter((what) => what.startsWith('buffered'))).toEqual([`buffered ${6 * 20_001}`, 'buffered 0']);
    expect(got(run, 'client-1').map((text) => text.charAt(0))).toEqual(numbers(10));
    expect(
      Math.min(...frames(run, { kind: 'text', phase: 'delivered' }).map(({ atMs }) => atMs)),
    ).toBeGreaterThanOrEqual(5500);
  });

  it('gets a closing frame only after what was sent before it', async () => {
    const run = await check(
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
    expect(said(run).slice(-2)).toEqual(['client-1 closed 1013 slow', 'node closed 1013 slow']);
  });

  it('that never goes on leaves the node with 1006 after 30 s, and with an answer to every send', async () => {
    const run = await check(
      (socket, tools) =>
        tools.at(1000, () => {
          for (const text of numbers(8))
            socket.send(text + chunk, (error) => tools.note(`${text} ${error === undefined}`));
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
    ).toEqual(numbers(8).map((text) => `${text} ${Number(text) < 4}`));
    expect(frames(run, { kind: 'text', phase: 'lost' })).toHaveLength(8);
  });
});

describe('closing', () => {
  it.each(seeds(8))('by the client: the node hears the code, after all that was said before: seed %s', async (seed) => {
    const run = await check(
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
    // The node's own answer and the end of the connection still have to travel.
    expect(whenSaid(run, 'node closed 4001 bye')).toBeGreaterThan(
      frames(run, { direction: 'up', kind: 'close', phase: 'delivered' })[0]?.atMs ?? 0,
    );
  });

  it('by the node: the client hears code and reason, and what it said before its answer still comes in', async () => {
    const run = await check(
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
  });

  it('without a code is 1005 on both sides', async () => {
    const byNode = await check(
      (socket, tools) => tools.at(500, () => socket.close()),
      (tools) => tools.at(10, () => tools.dial('client-1')),
    );
    const byClient = await check(quiet, (tools) =>
      tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'), 500)),
    );
    for (const run of [byNode, byClient])
      expect(said(run)).toEqual(expect.arrayContaining(['client-1 closed 1005', 'node closed 1005']));
  });

  it('from both sides at once ends once, with a code of one of them', async () => {
    const codes = new Set<string>();
    for (const seed of seeds(30)) {
      const run = await check(
        (socket, tools) => tools.at(500, () => socket.close(4002)),
        (tools) =>
          tools.at(10, async () => {
            const client = await tools.dial('client-1');
            tools.at(500 + Number(BigInt(seed)) / 2, () => client.close(4001));
          }),
        { seed },
      );
      const closed = said(run).filter((what) => what.includes('closed'));
      expect(closed).toHaveLength(2);
      expect(frames(run, { direction: 'up', kind: 'close', phase: 'delivered' }).length).toBeLessThanOrEqual(1);
      codes.add(closed.sort().join());
    }
    expect(codes).toContain('client-1 closed 4001,node closed 4001');
    expect(codes).toContain('client-1 closed 4002,node closed 4002');
  });

  it('refuses the codes that ws refuses', async () => {
    const run = await check(
      (socket, tools) =>
        tools.at(500, () => {
          for (const code of [999, 1004, 1005, 1006, 1015, 2999, 5000]) {
            try {
              socket.close(code);
            } catch (error) {
              tools.note(`refused ${code}: ${error instanceof TypeError}, state ${socket.readyState}`);
            }
          }
          socket.terminate();
        }),
      (tools) => tools.at(10, () => tools.dial('client-1')),
    );
    // The first leaves the socket closing, and whoever closes it then is not even heard.
    expect(said(run).filter((what) => what.startsWith('refused'))).toEqual(['refused 999: true, state 2']);
  });

  it('by terminate drops what is under way: the node at once, the client a moment later', async () => {
    const run = await check(
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

describe('faults of a connection', () => {
  /** The connection opens at some time after 10 ms; so the fault comes before, while and after it does. */
  it.each(Array.from({ length: 40 }, (_, index) => 10 + index * 3))(
    'its loss at %i ms is heard of at both ends, however far it is opened',
    async (atMs) => {
      const run = await check(
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
      const heard = said(run);
      const hit = (run.world.hits.get('connection-loss') ?? 0) > 0;
      const ends = hit ? (heard.includes('client-1 open') ? ['client-1 closed 1006'] : ['connection reset']) : [];
      expect(heard.filter((what) => /^client-1 closed 1006|reset/.test(what))).toEqual(ends);
      expect(heard.includes('node closed 1006')).toBe(hit);
    },
  );

  it.each(Array.from({ length: 20 }, (_, index) => 10 + index * 6))(
    'a client that goes silent at %i ms: it is gone, and the node is told nothing',
    async (atMs) => {
      const run = await check(
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

  it('a half-open connection takes no more than its window', async () => {
    const run = await check(
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
    expect(said(run)).toContain('buffered 80000');
  });

  it('aimed at * befall everybody', async () => {
    const run = await check(quiet, (tools) => {
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

  it('is refused while the node is down, and works again when it is back', async () => {
    expect(said(await check(quiet, dialAt(300)))).toEqual(['connection refused']);
    expect(said(await check(quiet, dialAt(1500)))).toContain('client-1 open');
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

  it('is reset when the node dies in the handshake', async () => {
    const outcomes = new Set<string>();
    for (let atMs = 1; atMs < 120; atMs += 4) outcomes.add(said(await check(quiet, dialAt(atMs)))[0] ?? '');
    expect(outcomes).toEqual(new Set(['client-1 open', 'connection reset', 'connection refused']));
  });

  it('gives each connection an end of its own', async () => {
    const run = await check(quiet, (tools) => {
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
  it('leaves its clients with 1006, also one that had gone silent, and hears nothing more itself', async () => {
    const run = await check(
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
  it('mock-socket knows of no connection, also when the run ended in the middle of all', async () => {
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
