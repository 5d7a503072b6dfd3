/** The clients on both levels of the simulator. */
import { type ClientSocket, defineActor } from '../../sim/index.ts';

interface State {
  socket: ClientSocket | null;
}

export const visitor = defineActor({
  countMax: 3000,
  create: (): State => ({ socket: null }),
  operations: {
    /** Sends a number of messages, each after the answer to the one before. */
    async talk({ dial }, { messages }: { messages: number }) {
      const socket = await dial('node-1');
      for (let count = 0; count < messages; count += 1) {
        const answer = new Promise((resolve) => (socket.onmessage = resolve));
        socket.send('a message of forty characters, or nearly');
        await answer;
      }
      socket.close();
    },
    /** Connects and closes a number of times. */
    async come({ dial }, { times }: { times: number }) {
      for (let count = 0; count < times; count += 1) {
        const socket = await dial('node-1');
        const closed = new Promise((resolve) => (socket.onclose = resolve));
        socket.close();
        await closed;
      }
    },
    async stay({ dial, state }) {
      state.socket = await dial('node-1');
    },
  },
  script: () => [],
  leave: ({ state }) => state.socket?.close(),
});
