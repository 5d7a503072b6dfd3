import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface RedisProxy {
  readonly url: string;
  /** From now on nothing passes, and connections stay open, as after SIGSTOP. */
  pause(): void;
  close(): void;
}

/** Passes bytes between clients and the Redis at `url`. */
export async function redisProxy(url: string): Promise<RedisProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isPaused = false;
  const server = createServer((client) => {
    sockets.add(client.on('error', () => undefined));
    if (isPaused) return;
    const upstream = connect(Number(port), hostname);
    sockets.add(upstream.on('error', () => undefined));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    pause: () => {
      isPaused = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
