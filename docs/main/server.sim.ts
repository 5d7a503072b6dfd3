/** Visitors chat and leave. The server must keep nothing of them. */
import { defineScenario, nothingLeaks } from 'seedstorm';

export default defineScenario({
  system: './server.ts',
  actors: {
    visitor: {
      async chat({ connect, pick, sleep }) {
        const socket = await connect(undefined, { url: '/chat' });
        socket.send(pick('word', ['apple', 'plum']));
        await sleep(500);
        socket.close();
      },
    },
  },
  properties: [nothingLeaks()],
});
