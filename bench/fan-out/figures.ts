/**
 * The gateway against a bare `ws` server over loopback: prices to many clients, and memory of a
 * connection that only waits.
 */
import { compare, type Figure } from '../figure.ts';
import type { Sizes } from '../sizes.ts';
import { KINDS, type Kind } from './orders.ts';
import { ServerProcess } from './server-process.ts';

const KIB = 1024;

export async function fanOutFigures(sizes: Sizes): Promise<Figure[]> {
  return [await speedFigure(sizes), await memoryFigure(sizes)];
}

/** By processor time, because other work of the machine does not change it. */
async function speedFigure({ longRounds, fanOut: { clients, prices } }: Sizes): Promise<Figure> {
  const servers: ServerProcess[] = [];
  const measureOf = async (kind: Kind): Promise<() => Promise<number>> => {
    const server = await ServerProcess.start(kind);
    servers.push(server);
    await server.enter(clients, true);
    return async () => {
      const before = server.bytes;
      const { processorMs } = await server.order({ type: 'fan-out', prices });
      if (server.bytes === before) throw new Error('no client has received a price');
      return (clients * prices * 1000) / processorMs;
    };
  };
  const naming = {
    name: `fan-out, ${clients.toLocaleString('en-US')} clients`,
    unit: 'messages/s of processor time',
    referenceName: 'a bare ws loop that sends the same bytes',
  };
  try {
    return await compare(naming, longRounds, {
      ours: await measureOf('gateway'),
      reference: await measureOf('bare'),
    });
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function memoryFigure({ fanOut: { clients } }: Sizes): Promise<Figure> {
  const kib = {} as Record<Kind, number>;
  for (const kind of KINDS) {
    const server = await ServerProcess.start(kind);
    // What is compiled and allocated for the first connections does not count.
    await server.enter(clients / 2, false);
    const before = await server.order({ type: 'memory' });
    await server.enter(clients, false);
    const after = await server.order({ type: 'memory' });
    kib[kind] = (after.heapBytes - before.heapBytes) / clients / KIB;
    await server.stop();
  }
  return {
    name: 'an idle connection',
    unit: 'KiB/connection',
    ours: kib.gateway,
    reference: kib.bare,
    referenceName: 'a bare ws server',
    ratio: kib.gateway / kib.bare,
  };
}
