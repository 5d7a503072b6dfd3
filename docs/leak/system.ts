/** The system: it keeps a table of its visitors, and says how many there are whenever that changes. */
import type { ServerSocket, StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  const visitors = new Set<ServerSocket>();
  const tell = () => node.probe.note('visitors', { size: visitors.size });
  node.listen((socket) => {
    visitors.add(socket);
    tell();
    socket.on('close', () => {
      visitors.delete(socket);
      tell();
    });
  });
  return {};
};
