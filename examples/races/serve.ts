/**
 * What the little servers of the gallery have in common: a line of words is asked and answered, `7 join lobby` by `7 joined`. Lines are answered
 * as they come, several at a time, as in most servers of WebSockets.
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
        // Redis did not answer, or not well: the client is told, and may try again.
        () => say(socket, `${id} sorry`),
      );
    });
  });
}

export function say(socket: ServerSocket, line: string): void {
  if (socket.readyState === socket.OPEN) socket.send(line);
}

/** A client that is connected: without a connection, commands fail at once. */
export async function redisOf(node: SimNode): Promise<RedisClient> {
  const redis = node.redis({ commandTimeout: 1000 });
  // What becomes of a command is told by its promise.
  redis.on('error', () => undefined);
  await once(redis, 'ready');
  return redis;
}
