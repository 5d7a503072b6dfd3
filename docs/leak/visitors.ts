/** The system: it keeps a table of its visitors, and reports the size whenever it changes. */
import type { ServerSocket, StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  const visitors = new Set<ServerSocket>();
  const report = () => node.probe.note('visitors', { size: visitors.size });
  node.listen((socket) => {
    visitors.add(socket);
    report();
    socket.on('close', () => {
      visitors.delete(socket);
      report();
    });
  });
  return {};
};
