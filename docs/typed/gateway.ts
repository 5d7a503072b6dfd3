/** A gateway that takes its server as a parameter. It answers each message with the same text. */
import type { WebSocketServer } from 'ws';

export function attach(server: WebSocketServer): void {
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => socket.send(data.toString()));
  });
}
