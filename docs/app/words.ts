/** A system with a bug: what one visitor says is said back to whoever came last. */
import type { ServerSocket, StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  let last: ServerSocket | null = null;
  node.listen((socket) => {
    last = socket;
    socket.on('message', (data: Buffer) => answer(last ?? socket, data.toString()));
  });
  return {};
};

function answer(socket: ServerSocket, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text);
}
