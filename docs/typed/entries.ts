/**
 * Entries for gateways that are typed by the classes of `ws` and `ioredis`. Sockets need casts,
 * Redis does not.
 */
import type { IncomingMessage } from 'node:http';
import type { Redis } from 'ioredis';
import type { StartSystem } from 'seedstorm';
import type { WebSocket, WebSocketServer } from 'ws';

/** For a gateway that takes a server and a Redis client. */
export function entryWithServer(attach: (server: WebSocketServer, redis: Redis) => void): StartSystem {
  return (node) => {
    attach(node.webSocketServer() as WebSocketServer, node.redis({ enableOfflineQueue: true }));
    return {};
  };
}

/** For a gateway that handles the sockets of a server that it does not know. */
export function entryWithHandler(
  accept: (socket: WebSocket, request: IncomingMessage) => void,
  stop: () => Promise<void>,
): StartSystem {
  return (node) => {
    node.listen((socket, request) => accept(socket as WebSocket, request as IncomingMessage));
    return { stop };
  };
}
