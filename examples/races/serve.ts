/**
 * The protocol of the example servers: each request is one line, such as `7 join lobby`, and so is
 * its answer, `7 joined`. As in most WebSocket servers, requests on one connection are handled
 * concurrently.
 */
import { once } from 'node:events';
import type { SimNode, RedisClient, ServerSocket } from 'seedstorm';

export type Answer = (words: readonly string[], socket: ServerSocket) => Promise<string>;

export function serve(node: SimNode, answer: Answer): void {
  node.listen((socket) => {
    socket.on('message', (data: Buffer) => {
      const [id = '', ...words] = data.toString().split(' ');
      answer(words, socket).then(
        (text) => say(socket, `${id} ${text}`),
        // Redis failed or did not answer in time. The client receives `sorry` and may try again.
        () => say(socket, `${id} sorry`),
      );
    });
  });
}

export function say(socket: ServerSocket, line: string): void {
  if (socket.readyState === socket.OPEN) socket.send(line);
}

/** Returns a connected client, because commands fail at once without a connection. */
export async function redisOf(node: SimNode): Promise<RedisClient> {
  const redis = node.redis({ commandTimeout: 1000 });
  // A failed command rejects its promise, so the event adds nothing.
  redis.on('error', () => undefined);
  await once(redis, 'ready');
  return redis;
}
