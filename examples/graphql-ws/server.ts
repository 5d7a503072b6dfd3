/**
 * Chat rooms in GraphQL: queries and mutations over HTTP POST and the WebSocket, subscriptions over
 * the WebSocket, all at `/graphql`. The protocol of the WebSocket is graphql-transport-ws.
 *
 *   PORT=3000 REDIS_URL=redis://localhost:6379 node server.ts
 */
import { createServer } from 'node:http';
import { buildSchema, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws-5.15.0/lib/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { graphqlHttpHandler } from './http.ts';
import { Rooms } from './rooms.ts';

const { PORT = '3000', HOST = '127.0.0.1', REDIS_URL = 'redis://127.0.0.1:6379' } = process.env;
const PATH = '/graphql';
const STOP_TIMEOUT_MS = 2000;

const schema = buildSchema(`
  type Message { id: ID! room: String! text: String! at: String! }
  type Query { history(room: String!): [Message!]! }
  type Mutation { post(room: String!, text: String!): Message! }
  type Subscription { messages(room: String!): Message! }
`);

const rooms = new Rooms(REDIS_URL);

function checkRoom(room: string): void {
  if (!/^[\w-]{1,64}$/.test(room)) throw new GraphQLError('room: 1 to 64 letters, digits, _ or -');
}

interface Context {
  /** Aborts when the socket closes. */
  readonly closed: AbortSignal;
}

const roots = {
  query: {
    history({ room }: { room: string }) {
      checkRoom(room);
      return rooms.history(room);
    },
  },
  mutation: {
    post({ room, text }: { room: string; text: string }) {
      checkRoom(room);
      if (text.length < 1 || text.length > 2000) throw new GraphQLError('text: 1 to 2000 characters');
      return rooms.post(room, text);
    },
  },
  subscription: {
    messages({ room }: { room: string }, { closed }: Context) {
      checkRoom(room);
      return rooms.messages(room, closed);
    },
  },
};

/** One signal for each socket, created with its first subscription. */
const signals = new WeakMap<WebSocket, AbortSignal>();
function closeSignal(socket: WebSocket): AbortSignal {
  let signal = signals.get(socket);
  if (!signal) {
    const controller = new AbortController();
    signal = controller.signal;
    signals.set(socket, signal);
    if (socket.readyState === socket.OPEN) socket.once('close', () => controller.abort());
    else controller.abort();
  }
  return signal;
}

const handleGraphql = graphqlHttpHandler(schema, roots);
const server = createServer((request, response) => {
  if (request.url?.split('?')[0] === PATH) return void handleGraphql(request, response);
  response.writeHead(404).end();
});

const webSocketServer = new WebSocketServer({ server, path: PATH, maxPayload: 100 * 1024 });
const graphqlServer = useServer(
  { schema, roots, context: ({ extra }): Context => ({ closed: closeSignal(extra.socket) }) },
  // The package sees the types of ws as a CommonJS module does.
  webSocketServer as Parameters<typeof useServer>[1],
);

async function stop(): Promise<void> {
  server.close();
  server.closeIdleConnections();
  // `dispose` closes every socket gracefully and waits for them, but not longer than this.
  const timer = setTimeout(() => {
    for (const socket of webSocketServer.clients) socket.terminate();
    server.closeAllConnections();
  }, STOP_TIMEOUT_MS);
  await graphqlServer.dispose();
  await rooms.close();
  clearTimeout(timer);
}
process.once('SIGTERM', () => void stop());

server.listen(Number(PORT), HOST, () => console.log(`graphql on http://${HOST}:${PORT}${PATH}`));
