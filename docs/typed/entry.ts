/**
 * An entry for a gateway that is typed by the classes of `ws` and `ioredis`. Sockets need casts,
 * Redis does not.
 */
import type { IncomingMessage } from 'node:http';
import type { Redis, RedisOptions } from 'ioredis';
import type { WebSocket, WebSocketServer } from 'ws';
import type { StartSystem } from 'seedstorm';

export interface Gateway {
  serve(server: WebSocketServer, redis: Redis): void;
  accept(socket: WebSocket, request: IncomingMessage): void;
  stop(): void;
}

export function entryOf(gateway: Gateway, options: RedisOptions): StartSystem {
  return (node) => {
    gateway.serve(node.webSocketServer() as WebSocketServer, node.redis(options));
    node.listen((socket, request) => gateway.accept(socket as WebSocket, request as IncomingMessage));
    return { stop: () => gateway.stop() };
  };
}
