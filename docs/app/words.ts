/** A system with a bug: the words of a visitor go to the visitor that connected last. */
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
