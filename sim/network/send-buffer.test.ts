import { expect, it } from 'vitest';
import { said } from '../world/test/run-world.ts';
import { closeAtEnd, numbers, runNetwork } from './test/run-network.ts';

/** `bufferedAmount` after the node has sent 20 frames of 1,000 bytes to a stalled client. */
async function bufferedBytes(sendBufferBytes: number | undefined): Promise<number> {
  const run = await runNetwork(
    (socket, tools) => {
      tools.at(1000, () => {
        for (const text of numbers(20)) socket.send(text.padEnd(1000, 'x'));
      });
      tools.at(2000, () => tools.note(`buffered ${socket.bufferedAmount}`));
    },
    (tools) => {
      tools.fault('client-stall', 'client-1', 500, 3000);
      tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1')));
    },
    { circumstances: { sendBufferBytes } },
  );
  expect(said(run).filter((what) => what.startsWith('client-1 got'))).toHaveLength(20);
  return Number(
    said(run)
      .find((what) => what.startsWith('buffered '))
      ?.slice('buffered '.length),
  );
}

it('a small buffer makes frames for a stalled client wait in the process; all arrive later', async () => {
  expect(await bufferedBytes(undefined)).toBe(0);
  // Frames of 1,004 bytes: six are under way when 5,120 bytes are exceeded.
  expect(await bufferedBytes(5120)).toBe(14 * 1004);
});
