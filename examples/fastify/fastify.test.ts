import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { run } from 'seedstorm';
import { simulate } from 'seedstorm/vitest';
import { RUNS_LONG_TESTS, runsLong } from '../../sim/cli/test/long.ts';
import { RealServer, realRedis } from '../../docs/test/real-server.ts';

const redis = await realRedis();
/** The server may run with the data of other tests. */
const item = { id: `lamp-${process.pid}`, title: 'Old lamp', price: 1000 };

describe.skipIf(redis === null)('node server.ts, on real sockets', async () => {
  const start = () =>
    RealServer.start(new URL('./server.ts', import.meta.url), {
      REDIS_URL: redis?.url ?? '',
      ITEMS: JSON.stringify([item]),
    });
  const servers = redis === null ? [] : await Promise.all([start(), start()]);
  const [first, second] = servers.map(({ port }) => port);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await redis?.stop();
  });

  test('health and items answer', async () => {
    const health = await fetch(`http://127.0.0.1:${first}/health`);
    expect([health.status, await health.json()]).toEqual([200, { ok: true }]);
    expect((await fetch(`http://127.0.0.1:${first}/items/nothing`)).status).toBe(404);
    const [error] = await once(new WebSocket(`ws://127.0.0.1:${first}/items/nothing/live`), 'error');
    expect(String(error)).toContain('404');
  });

  test('one of two equal bids on two nodes wins, and both bidders see it', async () => {
    const [ann, bob] = [await Bidder.join(first, 'ann'), await Bidder.join(second, 'bob')];
    ann.bid(1500);
    bob.bid(1500);
    const answers = [await ann.answer(), await bob.answer()];
    expect(answers.map(({ type }) => type).sort()).toEqual(['accepted', 'rejected']);
    const highest = await ann.state(1);
    expect(await bob.state(1)).toEqual(highest);
    expect(highest).toMatchObject({ id: item.id, amount: 1500, seq: 1 });
    ann.bid(1);
    expect(await ann.answer()).toMatchObject({ type: 'rejected', reason: 'too-low' });
    expect(await (await fetch(`http://127.0.0.1:${second}/items/${item.id}`)).json()).toEqual(highest);
    for (const { socket } of [ann, bob]) socket.close();
  });

  test('SIGTERM closes the sockets with 1001, and the process ends with 0', async () => {
    const server = await start();
    const { socket } = await Bidder.join(server.port, 'ann');
    const closed = once(socket, 'close');
    expect(await server.stop()).toEqual([0, null]);
    expect((await closed)[0]).toBe(1001);
  });
});

simulate('the auction in simulation', './scenario.ts', { seeds: RUNS_LONG_TESTS ? 40 : 8 });

test.runIf(runsLong('mutants of examples/fastify')).each([
  ['equal-bid-wins', 'fair-auction', '0x1'],
  ['read-before-watch', 'fair-auction', '0x1'],
  ['no-refresh', 'fair-auction', '0x10'],
  ['unanswered-bid', 'serves', '0x1'],
] as const)('%s is found by %s within 20 seeds from %s', async (variant, property, seedStart) => {
  const scenario = new URL('./scenario.ts', import.meta.url);
  const { findings } = await run(scenario, { variant, seeds: 20, seedStart, bail: 1, shrinkMs: 1000 });
  expect(findings[0]?.failure).toMatchObject({ verdict: 'violation', property });
  expect(findings[0]?.replayed).toEqual({ same: 3, of: 3 });
});

interface Frame {
  readonly type: string;
  readonly reason?: string;
  readonly item?: { readonly seq: number };
}

class Bidder {
  readonly socket: WebSocket;
  readonly #name: string;
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;

  private constructor(port: number | undefined, name: string) {
    this.#name = name;
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/items/${item.id}/live`);
    this.socket.on('message', (data: Buffer) => {
      this.#frames.push(JSON.parse(data.toString()) as Frame);
      this.#wake();
    });
  }

  static async join(port: number | undefined, name: string): Promise<Bidder> {
    const bidder = new Bidder(port, name);
    await bidder.#next(({ type }) => type === 'state');
    return bidder;
  }

  bid(amount: number): void {
    this.socket.send(JSON.stringify({ type: 'bid', bidder: this.#name, amount }));
  }

  answer(): Promise<Frame> {
    return this.#next(({ type }) => type !== 'state');
  }

  async state(seq: number): Promise<Frame['item']> {
    return (await this.#next(({ type, item }) => type === 'state' && item?.seq === seq)).item;
  }

  async #next(isWanted: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const index = this.#frames.findIndex(isWanted);
      const [frame] = index < 0 ? [] : this.#frames.splice(index, 1);
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
