/**
 * The gateway against a bare `ws` server over loopback: prices to many clients, and memory of a
 * connection that only waits.
 */
import { setTimeout } from 'node:timers/promises';
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

/** Connections that are made one after the other, before all others. */
const COMPLETE_FIRST = 20;

async function memoryFigure({ fanOut: { clients, idleMs } }: Sizes): Promise<Figure> {
  const kib = {} as Record<Kind, number>;
  for (const kind of KINDS) {
    const server = await ServerProcess.start(kind);
    const heapBytes = async (): Promise<number> => {
      // The gateway forgets what only busy connections need.
      await setTimeout(idleMs);
      return (await server.order({ type: 'memory' })).heapBytes;
    };
    // V8 sizes the objects of a class by the fields of the first ones, so these must be complete.
    for (let count = 0; count < COMPLETE_FIRST; count += 1) await server.enter(1, false);
    // V8 compiles code while it is new: 0.3 KiB per connection after a warm-up of half as many.
    await server.enter(2 * clients, false);
    const before = await heapBytes();
    await server.enter(clients, false);
    kib[kind] = ((await heapBytes()) - before) / clients / KIB;
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
