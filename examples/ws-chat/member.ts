/** Users of the chat: members, who have a token, and intruders, whose token has another key. */
import jwt from 'jsonwebtoken';
import { type ClientSocket, defineActor, type Outcome } from 'seedstorm';

export const JWT_SECRET = 'for tests';

const ROOMS = ['red', 'blue'];

const notInRoom: Outcome = { outcome: 'fail', detail: 'not in a room' };

export const member = defineActor({
  countMax: 6,
  create: () => ({ socket: null as ClientSocket | null, said: 0 }),
  operations: {
    async enter({ state, connect, name, pick, within }) {
      if (state.socket !== null) return { outcome: 'fail', detail: 'in a room already' };
      const socket = await connect(undefined, { url: urlOf(pick('room', ROOMS), name, JWT_SECRET) });
      state.socket = socket;
      const joined = new Promise<void>((resolve) => (socket.onmessage = () => resolve()));
      socket.onclose = () => {
        if (state.socket === socket) state.socket = null;
      };
      const answer = await within(5000, joined);
      return answer === 'timeout' ? { outcome: 'unknown', detail: 'not joined' } : 'ok';
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async say({ state, name }) {
      if (state.socket === null) return notInRoom;
      state.said += 1;
      state.socket.send(`${name}:${state.said}`);
      return 'ok';
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async leave({ state }) {
      if (state.socket === null) return notInRoom;
      state.socket.close();
      state.socket = null;
      return 'ok';
    },
  },
  script(draw, operationsMax) {
    const operations: { name: 'enter' | 'say' | 'leave'; pauseMs: number }[] = [];
    const add = (name: 'enter' | 'say' | 'leave') =>
      operations.push({ name, pauseMs: draw.integer('pauseMs', 0, 400) });
    while (operations.length < operationsMax) {
      add('enter');
      for (let count = draw.integer('messages', 1, 4); count > 0; count -= 1) add('say');
      if (draw.fraction('leaves') < 0.4) add('leave');
    }
    return operations.slice(0, operationsMax);
  },
});

export const intruder = defineActor({
  countMax: 2,
  operations: {
    async intrude({ connect, pick, name, sleep }) {
      const socket = await connect(undefined, { url: urlOf(pick('room', ROOMS), name, 'guessed') });
      await sleep(1000);
      socket.close();
    },
  },
});

function urlOf(room: string, user: string, secret: string): string {
  return `/rooms/${room}?token=${jwt.sign({ sub: user }, secret, { expiresIn: '1h' })}`;
}
