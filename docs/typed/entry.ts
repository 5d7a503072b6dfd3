/** The entry: it attaches the gateway to the simulated server. */
import type { StartSystem } from 'seedstorm';
import type { WebSocketServer } from 'ws';
import { attach } from './gateway.ts';

export const start: StartSystem = (node) => {
  attach(node.webSocketServer() as WebSocketServer);
  return {};
};
