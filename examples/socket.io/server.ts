/**
 * A board of notes: Express answers HTTP, Socket.IO carries what changes, Redis keeps the notes and
 * connects the nodes.
 *
 *   PORT=3000 REDIS_URL=redis://localhost:6379 node server.ts
 *
 * A client emits `open` with a board and receives its notes in the acknowledgement, then each new
 * one as `note`. It emits `add` with a text and receives the note's position.
 */
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import express from 'express';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const { PORT = '3000', REDIS_URL = 'redis://localhost:6379' } = process.env;
const STOP_TIMEOUT_MS = 8_000;

interface Note {
  /** Counts the notes of a board from 1. */
  readonly position: number;
  readonly text: string;
}

interface ClientEvents {
  open: (board: string, answer: (notes: readonly Note[]) => void) => void;
  add: (board: string, text: string, answer: (position: number) => void) => void;
}

interface ServerEvents {
  note: (board: string, note: Note) => void;
}

const redis = new Redis(REDIS_URL);
const publisher = redis.duplicate();
const subscriber = redis.duplicate();
for (const client of [redis, publisher, subscriber])
  client.on('error', (error) => console.error('redis:', error.message));

const app = express();
const server = createServer(app);
const io = new Server<ClientEvents, ServerEvents>(server, { adapter: createAdapter(publisher, subscriber) });

async function notesOf(board: string): Promise<readonly Note[]> {
  const texts = await redis.lrange(`notes:${board}`, 0, -1);
  return texts.map((text, index) => ({ position: index + 1, text }));
}

app.get('/health', (_request, response) => {
  response.json({ status: 'ok', clients: io.engine.clientsCount });
});

app.get('/boards/:board', async (request, response) => {
  response.json(await notesOf(request.params.board));
});

io.on('connection', (socket) => {
  socket.on('open', async (board, answer) => {
    try {
      await socket.join(board);
      answer(await notesOf(board));
    } catch (error) {
      console.error('open:', error);
    }
  });

  socket.on('add', async (board, text, answer) => {
    try {
      const position = await redis.rpush(`notes:${board}`, text);
      io.to(board).emit('note', board, { position, text });
      answer(position);
    } catch (error) {
      console.error('add:', error);
    }
  });
});

async function stop(): Promise<void> {
  await io.close();
  // A note that is being added is then published, which fails without its connection.
  await redis.quit();
  await Promise.all([publisher.quit(), subscriber.quit()]);
}

process.on('SIGTERM', () => {
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
  stop().catch((error: unknown) => console.error('stop:', error));
});

server.listen(Number(PORT), () => console.log(`listening on ${PORT}`));
