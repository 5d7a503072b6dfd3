/**
 * A live auction over HTTP and WebSockets.
 *
 *   PORT=3000 REDIS_URL=redis://localhost:6379 node server.ts
 *
 * `GET /health` answers 200 when Redis answers, else 503. `GET /items/:id` answers the item with
 * its highest bid. `GET /items/:id/live` upgrades to a WebSocket with frames of JSON:
 *
 *   server: {type: 'state', item}                     first, and for every change
 *           {type: 'accepted', ref, item}             the answer to a bid
 *           {type: 'rejected', ref, reason, item?}    too-low | closed | invalid | unavailable
 *   client: {type: 'bid', bidder, amount, ref?}       amount in cents; the answer repeats ref
 *
 * Environment: PORT, HOST, REDIS_URL, LOG_LEVEL,
 * ITEMS ('[{"id":"lamp","title":"Old lamp","price":1000}]').
 */
import websocket from '@fastify/websocket';
import Fastify, { type FastifyError } from 'fastify';
import type { WebSocket } from 'ws';
import { readFrame } from './frames.ts';
import { AuctionStore, type Item } from './store.ts';

const { PORT = '3000', HOST = '127.0.0.1', REDIS_URL = 'redis://127.0.0.1:6379', LOG_LEVEL = 'info' } = process.env;
const ITEMS = process.env.ITEMS ?? '[{"id":"lamp","title":"Old lamp","price":1000}]';
const PING_MS = 30_000;
const STOP_TIMEOUT_MS = 2000;
const CREATE_RETRY_MS = 500;
/** A client with more unsent bytes than this is too slow to keep. */
const MAX_BUFFERED_BYTES = 256 * 1024;

const app = Fastify({ logger: { level: LOG_LEVEL } });
const store = new AuctionStore(REDIS_URL, (error) => app.log.error(error, 'redis'));

await app.register(websocket, {
  options: { maxPayload: 4096 },
  // Close gracefully first. A client that does not answer must not delay the stop.
  preClose(done) {
    clearInterval(heartbeat);
    const server = app.websocketServer;
    for (const socket of server.clients) socket.close(1001, 'server is stopping');
    const timer = setTimeout(() => server.clients.forEach((socket) => socket.terminate()), STOP_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timer);
      done();
    });
  },
});
app.addHook('onClose', () => store.close());
// The client learns about its own mistakes. Other errors are only logged.
app.setErrorHandler<FastifyError>((error, request, reply) => {
  if (error.statusCode !== undefined && error.statusCode < 500)
    return reply.code(error.statusCode).send({ error: error.message });
  request.log.error(error);
  return reply.code(503).send({ error: 'unavailable' });
});

/** Clients that answered the last ping. Those that vanished are found because they did not. */
const alive = new WeakSet<WebSocket>();
const heartbeat = setInterval(() => {
  for (const socket of app.websocketServer.clients) {
    if (!alive.delete(socket)) socket.terminate();
    else socket.ping();
  }
}, PING_MS);

const params = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' } },
} as const;
type Params = { Params: { id: string } };

app.get('/health', async (_request, reply) => {
  const ok = await store.healthy();
  return reply.code(ok ? 200 : 503).send({ ok });
});

app.get<Params>('/items/:id', { schema: { params } }, async (request, reply) => {
  const item = await store.get(request.params.id);
  return item ?? reply.code(404).send({ error: 'no such item' });
});

app.get<Params>(
  '/items/:id/live',
  {
    websocket: true,
    schema: { params },
    // Runs before the upgrade, so an unknown item is an ordinary 404.
    preHandler: async (request, reply) => {
      if (!(await store.get(request.params.id))) return reply.code(404).send({ error: 'no such item' });
    },
  },
  (socket, request) => {
    const { id } = request.params;
    /** The newest state that this client has received. */
    let seq = -1;
    let stop: (() => void) | undefined;

    const send = (message: object) => {
      // The client may have left. A bid that it made before still counts.
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return socket.terminate();
      socket.send(JSON.stringify(message));
    };
    // The first read and the channel overlap, so an older state can arrive after a newer one.
    const sendState = (item: Item) => {
      if (item.seq <= seq) return;
      seq = item.seq;
      send({ type: 'state', item });
    };

    const receive = async (text: string) => {
      const { ref, bid } = readFrame(text);
      if (!bid) return send({ type: 'rejected', ref, reason: 'invalid' });
      try {
        const result = await store.bid(id, bid.bidder, bid.amount);
        if (!result) return send({ type: 'rejected', ref, reason: 'closed' });
        const { ok, item } = result;
        send(ok ? { type: 'accepted', ref, item } : { type: 'rejected', ref, reason: 'too-low', item });
      } catch (error) {
        // It is unknown whether the bid counts. If it does, a state will show it.
        request.log.error(error, 'bid');
        send({ type: 'rejected', ref, reason: 'unavailable' });
      }
    };

    const start = async () => {
      try {
        // Subscribe before reading: a bid between the two then arrives through the channel.
        stop = await store.watch(id, sendState);
        // The close event was too early to end the subscription.
        if (socket.readyState !== socket.OPEN) return stop();
        const item = await store.get(id);
        if (item) sendState(item);
      } catch (error) {
        request.log.error(error, 'live');
        socket.close(1011, 'state is unavailable');
      }
    };

    // All handlers are attached before the first await, or early frames would be lost.
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('close', () => stop?.());
    socket.on('message', (data, isBinary) => void receive(isBinary ? '' : data.toString()));
    void start();
  },
);

interface Lot {
  readonly id: string;
  readonly title: string;
  /** The starting price in cents. */
  readonly price: number;
}

/** Retries until it succeeds: a node may start while Redis restarts. */
async function offer({ id, title, price }: Lot): Promise<void> {
  for (;;) {
    try {
      return await store.create(id, title, price);
    } catch (error) {
      app.log.error(error, 'create');
      await new Promise((resolve) => setTimeout(resolve, CREATE_RETRY_MS));
    }
  }
}

for (const lot of JSON.parse(ITEMS) as Lot[]) await offer(lot);
process.once('SIGTERM', () => void app.close());
await app.listen({ port: Number(PORT), host: HOST });
