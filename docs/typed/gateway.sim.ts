/** Visitors say something and leave. The gateway must keep nothing of them. */
import { defineScenario, nothingLeaks } from 'seedstorm';

export default defineScenario({
  system: './entry.ts',
  actors: {
    visitor: {
      async say({ connect, pick, sleep }) {
        const socket = await connect();
        socket.send(pick('word', ['apple', 'plum']));
        await sleep(500);
        socket.close();
      },
    },
  },
  properties: [nothingLeaks()],
});
