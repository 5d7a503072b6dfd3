/** The system: every visitor is sent a tick a second for as long as the connection lives. */
import type { StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  node.listen((socket) => {
    const tick = () =>
      node.clock.startTimer({ label: 'tick', owner: 'visit' }, 1000, () => {
        socket.send('tick');
        timer = tick();
      });
    let timer = tick();
    socket.on('close', () => timer.cancel());
  });
  return {};
};
