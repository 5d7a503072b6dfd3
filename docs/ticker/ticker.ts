/** The system: it sends each visitor a tick per second while the connection is open. */
import type { StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  node.listen((socket) => {
    const timer = setInterval(() => socket.send('tick'), 1000);
    socket.on('close', () => clearInterval(timer));
  });
  return {};
};
