/** A server that greets each visitor, who then asks its first question. */
import type { ServerSocket, StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  const greeted = new Set<ServerSocket>();

  async function greet(socket: ServerSocket): Promise<void> {
    // Before the greeting leaves: the visitor may answer it before its callback is called.
    greeted.add(socket);
    await sent(socket, 'welcome');
  }

  node.listen((socket) => {
    socket.on('close', () => greeted.delete(socket));
    socket.on('message', (data: Buffer) => {
      if (greeted.has(socket)) socket.send(`answer to ${data.toString()}`);
      else socket.close(4401, 'not greeted yet');
    });
    greet(socket).catch(() => socket.terminate());
  });
  return {};
};

/** Resolves when the network has taken the text. */
function sent(socket: ServerSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}
