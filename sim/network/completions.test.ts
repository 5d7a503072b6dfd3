import { describe, expect, it } from 'vitest';
import { said, type WorldRunOptions } from '../world/test/run-world.ts';
import { runNetwork, seeds } from './test/run-network.ts';

/** What the node notices while the client answers a greeting at once. */
async function orderOf(options: WorldRunOptions): Promise<readonly string[]> {
  const run = await runNetwork(
    (socket, tools) => {
      tools.at(1000, () => {
        socket.send('hello', () => tools.note('taken 1'));
        socket.send('again', () => tools.note('taken 2'));
      });
    },
    (tools) => {
      tools.at(10, async () => {
        const client = await tools.dial('client-1');
        client.onmessage = ({ data }) => {
          if (data === 'hello') client.send('answer');
        };
        tools.at(5000, () => client.close());
      });
    },
    options,
  );
  return said(run).filter((what) => what.startsWith('taken') || what === 'node got answer');
}

describe('the callback of send', () => {
  it('comes in the order of the calls, and mostly before the answer', async () => {
    let early = 0;
    for (const seed of seeds(40)) {
      const order = await orderOf({ seed });
      expect(order.filter((what) => what.startsWith('taken'))).toEqual(['taken 1', 'taken 2']);
      if (order[2] === 'node got answer') early += 1;
    }
    expect(early).toBeGreaterThan(35);
  });

  it('may come after the answer with late completions, still in the order of the calls', async () => {
    const orders = new Set<string>();
    for (const seed of seeds(40))
      orders.add((await orderOf({ seed, circumstances: { lateCompletions: true } })).join(', '));
    expect([...orders].sort()).toEqual([
      'node got answer, taken 1, taken 2',
      'taken 1, node got answer, taken 2',
      'taken 1, taken 2, node got answer',
    ]);
  });
});
