/**
 * A server in a separate process: the gateway, with its parts as in production but without Redis,
 * or a bare `ws` server. The benchmark orders prices, one after the other: the next one follows
 * when the operating system has taken all frames of the one before.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { memoryRates } from '../../core/adapters/memory-rates.ts';
import { memoryRelay } from '../../core/adapters/memory-relay.ts';
import { memoryRevocations } from '../../core/adapters/memory-revocations.ts';
import { memoryUsers } from '../../core/adapters/memory-users.ts';
import { createLogger, pinoAlerts, pinoAudit, pinoProbe } from '../../core/adapters/pino-records.ts';
import { prometheusMetrics } from '../../core/adapters/prometheus.ts';
import { systemClock } from '../../core/adapters/system-clock.ts';
import { systemEntropy } from '../../core/adapters/system-entropy.ts';
import { listen } from '../../core/adapters/ws-server.ts';
import { ignore } from '../../core/adapters/ws-socket.ts';
import { tokenKey } from '../../core/auth.ts';
import { createGateway } from '../../core/gateway.ts';
import { limits } from '../../core/limits.ts';
import type { ConnectionStore, Price } from '../../core/ports.ts';
import { priceText } from '../../core/price-frames.ts';
import { subprotocol } from '../../core/protocol.ts';
import { type Answer, ISSUED, type Order, SECRET, SYMBOL } from './orders.ts';

const HOST = '127.0.0.1';
/** Clients of the benchmark answer no pings, and have one address. */
const LIMITS = limits({ pingAfterMs: 3_600_000, connectionsPerAddressMax: 20_000, newConnectionsBurst: 20_000 });

/** Redis holds the rows in production. */
const STORE: ConnectionStore = {
  put: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  close: () => Promise.resolve(),
  drop: () => undefined,
};

interface Served {
  readonly port: number;
  /** Sends that number of prices to all clients. */
  fanOut(prices: number): Promise<void>;
}

function priceOf(sequence: number): Price {
  return { symbol: SYMBOL, price: 25.94, epoch: 'benchmark', sequence: 1_000_000 + sequence, quotedAt: '2000-01-01' };
}

async function bare(): Promise<Served> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const clients: WebSocket[] = [];
  server.on('connection', (client) => {
    client.on('error', ignore);
    clients.push(client);
  });
  await new Promise<void>((resolve) => http.listen(0, HOST, resolve));
  let sequence = 0;
  return {
    port: (http.address() as AddressInfo).port,
    fanOut: async (prices) => {
      for (let count = 0; count < prices; count += 1) {
        const text = priceText(priceOf((sequence += 1)), 0);
        for (const client of clients) client.send(text);
        await drained(() => clients.some(({ bufferedAmount }) => bufferedAmount > 0));
      }
    },
  };
}

async function gateway(): Promise<Served> {
  const logger = createLogger('warn');
  const sockets: { readonly bufferedBytes: number }[] = [];
  let due = 0;
  let order: (() => void) | null = null;
  let done: (() => void) | null = null;
  const created = createGateway(
    {
      clock: systemClock,
      entropy: systemEntropy,
      probe: pinoProbe(logger),
      audit: pinoAudit(logger),
      alerts: pinoAlerts(logger),
      metrics: prometheusMetrics(),
      store: STORE,
      revocations: memoryRevocations,
      users: memoryUsers,
      rates: memoryRates,
      relay: memoryRelay,
      feed: {
        symbols: new Set([SYMBOL]),
        async *prices() {
          for (let sequence = 1; ; sequence += 1) {
            if (due === 0) await new Promise<void>((resolve) => (order = resolve));
            due -= 1;
            yield priceOf(sequence);
            await drained(() => sockets.some(({ bufferedBytes }) => bufferedBytes > 0));
            if (due === 0) done?.();
          }
        },
      },
    },
    { limits: LIMITS, tokenRules: { ...ISSUED, keys: [tokenKey(SECRET)] }, nodeName: 'benchmark' },
  );
  const server = await listen({
    host: HOST,
    port: 0,
    path: '/stream',
    payloadMaxBytes: LIMITS.payloadMaxBytes,
    closeWithinMs: LIMITS.closeWithinMs,
    subprotocol,
    pages: {},
    admit: () => (socket) => {
      sockets.push(socket);
      created.accept(socket);
    },
  });
  return {
    port: server.port,
    fanOut: (prices) =>
      new Promise<void>((resolve) => {
        due = prices;
        done = resolve;
        order?.();
      }),
  };
}

/** Resolves in a later turn of the event loop in which nothing is buffered. */
async function drained(isBuffered: () => boolean): Promise<void> {
  do await new Promise<void>((resolve) => setImmediate(resolve));
  while (isBuffered());
}

function answer(message: Answer): void {
  process.send?.(message);
}

const served = await (process.argv.includes('bare') ? bare() : gateway());
process.on('message', (order: Order) => {
  if (order.type === 'memory') {
    for (let times = 0; times < 4; times += 1) globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    answer({ type: 'memory', heapBytes: heapUsed + external });
    return;
  }
  const before = process.cpuUsage();
  void served.fanOut(order.prices).then(() => {
    const { user, system } = process.cpuUsage(before);
    answer({ type: 'fan-out', processorMs: (user + system) / 1000 });
  });
});
process.on('disconnect', () => process.exit(0));
answer({ type: 'listening', port: served.port });
