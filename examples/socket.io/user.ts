/**
 * Users of the board, with the real client of Socket.IO. It begins with polling and upgrades to a
 * WebSocket. A user opens the board after the upgrade, because bodies of HTTP have no records.
 */
import { type ActorContext, defineActor, type Outcome } from 'seedstorm';
import { io, type Socket } from 'socket.io-client';

const ANSWERED_WITHIN_MS = 5000;
const BOARDS = ['red', 'blue'];

interface UserState {
  socket: Socket | null;
  board: string;
  added: number;
}

const notConnected: Outcome = { outcome: 'fail', detail: 'not connected' };

export const user = defineActor({
  countMax: 6,
  create: (): UserState => ({ socket: null, board: '', added: 0 }),
  operations: {
    async open(context) {
      const { state, nodes, pick } = context;
      if (state.socket?.connected === true) return { outcome: 'fail', detail: 'connected already' };
      state.socket?.disconnect();
      // Polling needs all requests of a session on one node.
      const socket = io(`http://${pick('node', nodes)}:3000`, { forceNew: true, reconnection: false });
      state.socket = socket;
      state.board = pick('board', BOARDS);
      const upgraded = new Promise<boolean>((resolve) => {
        socket.io.on('open', () => socket.io.engine.once('upgrade', () => resolve(true)));
        socket.on('connect_error', () => resolve(false));
        socket.on('disconnect', () => resolve(false));
      });
      if ((await context.within(ANSWERED_WITHIN_MS, upgraded)) !== true) {
        socket.disconnect();
        return { outcome: 'fail', detail: 'no upgrade' };
      }
      return answered(context, socket.emitWithAck('open', state.board));
    },
    async add(context) {
      const { state, name } = context;
      if (state.socket?.connected !== true) return notConnected;
      state.added += 1;
      return answered(context, state.socket.emitWithAck('add', state.board, `${name}:${state.added}`));
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async leave({ state }) {
      if (state.socket?.connected !== true) return notConnected;
      state.socket.disconnect();
      return 'ok';
    },
  },
  script(draw, operationsMax) {
    const operations: { name: 'open' | 'add' | 'leave'; pauseMs: number }[] = [];
    const add = (name: 'open' | 'add' | 'leave') => operations.push({ name, pauseMs: draw.integer('pauseMs', 0, 100) });
    while (operations.length < operationsMax) {
      add('open');
      for (let count = draw.integer('notes', 1, 5); count > 0; count -= 1) add('add');
      if (draw.fraction('leaves') < 0.3) add('leave');
    }
    return operations.slice(0, operationsMax);
  },
  leave({ state }) {
    state.socket?.disconnect();
  },
});

/** An acknowledgement is lost with its connection. */
async function answered(context: ActorContext<UserState>, answer: Promise<unknown>): Promise<Outcome> {
  const result = await context.within(
    ANSWERED_WITHIN_MS,
    answer.then(
      () => 'answered',
      () => 'timeout',
    ),
  );
  return result === 'answered' ? 'ok' : { outcome: 'unknown', detail: 'no answer' };
}
