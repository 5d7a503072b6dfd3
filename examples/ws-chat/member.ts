/** Users of the chat: members, who have a token, and intruders, whose token has another key. */
import jwt from 'jsonwebtoken';
import { type ActorContext, type ClientSocket, defineActor, type Outcome } from 'seedstorm';

export const JWT_SECRET = 'for tests';

const ROOMS = ['red', 'blue'];

const notInRoom: Outcome = { outcome: 'fail', detail: 'not in a room' };

const RETRY_EVERY_MS = 5;
const JOINED_WITHIN_MS = 5000;

interface MemberState {
  socket: ClientSocket | null;
  /** The address of the room; null outside of one. */
  room: { readonly node: string; readonly url: string } | null;
  said: number;
}

/** A member that loses its connection enters its room again, as soon as the node listens. */
export const member = defineActor({
  countMax: 6,
  create: (): MemberState => ({ socket: null, room: null, said: 0 }),
  operations: {
    async enter(context) {
      const { state, name, nodes, pick, within } = context;
      if (state.room !== null) return { outcome: 'fail', detail: 'in a room already' };
      state.room = { node: pick('node', nodes), url: urlOf(pick('room', ROOMS), name, JWT_SECRET) };
      const answer = await within(JOINED_WITHIN_MS, join(context));
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
      leave(state);
      return 'ok';
    },
  },
  script(draw, operationsMax) {
    const operations: { name: 'enter' | 'say' | 'leave'; pauseMs: number }[] = [];
    const add = (name: 'enter' | 'say' | 'leave') =>
      operations.push({ name, pauseMs: draw.integer('pauseMs', 0, 1000) });
    while (operations.length < operationsMax) {
      add('enter');
      for (let count = draw.integer('messages', 1, 4); count > 0; count -= 1) add('say');
      if (draw.fraction('leaves') < 0.4) add('leave');
    }
    return operations.slice(0, operationsMax);
  },
  leave: ({ state }) => leave(state),
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

/** Resolves when the member has joined; never if it leaves before that. */
async function join(context: ActorContext<MemberState>): Promise<void> {
  const { state, connect, sleep } = context;
  while (state.room !== null && state.socket === null) {
    const { node, url } = state.room;
    const socket = await connect(node, { url }).catch(() => null);
    if (socket === null) await sleep(RETRY_EVERY_MS);
    else if (state.room?.url !== url) socket.close();
    else
      await new Promise<void>((resolve) => {
        state.socket = socket;
        socket.onmessage = () => resolve();
        socket.onclose = () => {
          if (state.socket !== socket) return;
          state.socket = null;
          void join(context).then(resolve);
        };
      });
  }
}

function leave(state: MemberState): void {
  state.socket?.close();
  Object.assign(state, { socket: null, room: null });
}

function urlOf(room: string, user: string, secret: string): string {
  return `/rooms/${room}?token=${jwt.sign({ sub: user }, secret, { expiresIn: '1h' })}`;
}
