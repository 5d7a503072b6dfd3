/**
 * A chat server: Express answers HTTP, ws carries the rooms, Redis connects the nodes.
 *
 *   PORT=3000 REDIS_URL=redis://localhost:6379 JWT_SECRET=… node server.ts
 *
 * `GET /rooms/:room` upgrades to a WebSocket. It needs the query parameter `token`, a JWT whose
 * subject is the user. The server sends `joined`, then every `message` of the room.
 */
import { createServer, type IncomingMessage } from 'node:http';
import express from 'express';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';
import { type WebSocket, WebSocketServer } from 'ws';

const { PORT = '3000', REDIS_URL = 'redis://localhost:6379', JWT_SECRET = '' } = process.env;
if (JWT_SECRET === '') throw new Error('JWT_SECRET is required');

const HEARTBEAT_MS = 30_000;
const STOP_TIMEOUT_MS = 8_000;

interface Member {
  readonly user: string;
  readonly room: string;
}

const app = express();
const server = createServer(app);
const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 });
const publisher = new Redis(REDIS_URL);
// The ready check sends INFO, which fails if a subscription is made before it: ioredis then
// reconnects and does not subscribe again.
const subscriber = new Redis(REDIS_URL, { enableReadyCheck: false });
const rooms = new Map<string, Set<WebSocket>>();
const alive = new WeakSet<WebSocket>();

publisher.on('error', (error) => console.error('publisher:', error.message));
subscriber.on('error', (error) => console.error('subscriber:', error.message));

app.get('/health', (_request, response) => {
  response.json({ status: 'ok', redis: publisher.status });
});

app.get('/rooms', (_request, response) => {
  response.json([...rooms].map(([room, members]) => ({ room, members: members.size })));
});

server.on('upgrade', (request, socket, head) => {
  const onError = (error: Error) => console.error('upgrade:', error.message);
  socket.on('error', onError);
  const member = authenticate(request);
  if (member === null) {
    socket.write('HTTP/1.1 401 Unauthorized\r\n\r\n');
    socket.destroy();
    return;
  }
  socket.removeListener('error', onError);
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    sockets.emit('connection', webSocket, request);
    join(webSocket, member).catch((error: unknown) => {
      console.error('join:', error);
      webSocket.close(1011, 'cannot join');
    });
  });
});

function authenticate(request: IncomingMessage): Member | null {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const [, room] = /^\/rooms\/(\w+)$/.exec(pathname) ?? [];
  if (room === undefined) return null;
  try {
    const { sub } = jwt.verify(searchParams.get('token') ?? '', JWT_SECRET, { algorithms: ['HS256'] });
    return typeof sub === 'string' ? { user: sub, room } : null;
  } catch {
    return null;
  }
}

sockets.on('connection', (socket: WebSocket) => {
  alive.add(socket);
  socket.on('error', (error) => console.error('socket:', error.message));
  socket.on('pong', () => alive.add(socket));
});

async function join(socket: WebSocket, { user, room }: Member): Promise<void> {
  const members = rooms.get(room) ?? new Set();
  rooms.set(room, members.add(socket));
  socket.on('message', (data) => {
    const message = JSON.stringify({ type: 'message', from: user, text: String(data) });
    publisher.publish(`room:${room}`, message).catch((error: unknown) => console.error('publish:', error));
  });
  socket.on('close', () => {
    members.delete(socket);
    if (members.size > 0) return;
    rooms.delete(room);
    subscriber.unsubscribe(`room:${room}`).catch((error: unknown) => console.error('unsubscribe:', error));
  });
  await subscriber.subscribe(`room:${room}`);
  socket.send(JSON.stringify({ type: 'joined', room, user }));
}

subscriber.on('message', (channel: string, message: string) => {
  for (const socket of rooms.get(channel.slice('room:'.length)) ?? []) {
    if (socket.readyState === socket.OPEN) socket.send(message);
  }
});

const heartbeat = setInterval(() => {
  for (const socket of sockets.clients) {
    if (alive.delete(socket)) socket.ping();
    else socket.terminate();
  }
}, HEARTBEAT_MS);

process.on('SIGTERM', () => {
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
  clearInterval(heartbeat);
  for (const socket of sockets.clients) socket.close(1001, 'the server stops');
  server.close(() => {
    Promise.all([publisher.quit(), subscriber.quit()]).catch((error: unknown) => console.error('stop:', error));
  });
});

server.listen(Number(PORT), () => console.log(`listening on ${PORT}`));
