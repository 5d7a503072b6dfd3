/**
 * Bidders, with the real client of ws. They watch an item, bid on it, look it up over HTTP and
 * leave.
 */
import { get } from 'node:http';
import { type ActorContext, defineActor, type Outcome } from 'seedstorm';
import { WebSocket } from 'ws';

const ANSWERED_WITHIN_MS = 5000;

/** In cents. */
export const ITEMS = [
  { id: 'lamp', title: 'Old lamp', price: 1000 },
  { id: 'clock', title: 'Wall clock', price: 2500 },
];

interface Frame {
  readonly type: 'state' | 'accepted' | 'rejected';
  readonly ref?: number;
  readonly reason?: string;
  readonly item?: { readonly amount: number };
}

interface BidderState {
  socket: WebSocket | null;
  /** The highest amount that the bidder has seen, in cents. */
  highest: number;
  bids: number;
  readonly waiting: Map<number, (answer: Frame) => void>;
}

const notConnected: Outcome = { outcome: 'fail', detail: 'not connected' };
type Name = 'watch' | 'bid' | 'look' | 'leave';

export const bidder = defineActor({
  countMax: 6,
  create: (): BidderState => ({ socket: null, highest: 0, bids: 0, waiting: new Map() }),
  operations: {
    async watch({ state, nodes, pick, within }) {
      if (state.socket !== null) return { outcome: 'fail', detail: 'connected already' };
      const { id } = pick('item', ITEMS);
      const socket = new WebSocket(`ws://${pick('node', nodes)}:3000/items/${id}/live`);
      Object.assign(state, { socket, highest: 0 });
      const shown = new Promise<boolean>((resolve) => {
        socket.on('message', (data: Buffer) => {
          const frame = JSON.parse(data.toString()) as Frame;
          state.highest = Math.max(state.highest, frame.item?.amount ?? 0);
          if (frame.type === 'state') resolve(true);
          else state.waiting.get(frame.ref ?? 0)?.(frame);
        });
        // An `error` is always followed by `close`.
        socket.on('error', () => undefined);
        socket.on('close', () => {
          if (state.socket === socket) state.socket = null;
          resolve(false);
        });
      });
      const answer = await within(ANSWERED_WITHIN_MS, shown);
      if (answer === true) return 'ok';
      return { outcome: 'unknown', detail: answer === 'timeout' ? 'no state' : 'closed' };
    },
    async bid(context) {
      const { state, name, integer } = context;
      if (state.socket?.readyState !== WebSocket.OPEN) return notConnected;
      state.bids += 1;
      const ref = state.bids;
      const answer = new Promise<Frame>((resolve) => state.waiting.set(ref, resolve));
      const amount = state.highest + integer('more', 0, 3) * 100;
      state.socket.send(JSON.stringify({ type: 'bid', bidder: name, amount, ref }));
      return outcomeOf(await context.within(ANSWERED_WITHIN_MS, answer));
    },
    async look(context) {
      const { id } = context.pick('item', ITEMS);
      const status = await context.within(ANSWERED_WITHIN_MS, statusOf(context, id));
      return status === 200 ? 'ok' : { outcome: 'fail', detail: `status ${status}` };
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async leave({ state, fraction }) {
      if (state.socket === null) return notConnected;
      if (fraction('hangsUp') < 0.3) state.socket.terminate();
      else state.socket.close();
      state.socket = null;
      return 'ok';
    },
  },
  script(draw, operationsMax) {
    const operations: { name: Name; pauseMs: number }[] = [];
    const add = (name: Name) => operations.push({ name, pauseMs: draw.integer('pauseMs', 0, 150) });
    while (operations.length < operationsMax) {
      add('watch');
      for (let count = draw.integer('bids', 1, 5); count > 0; count -= 1) add('bid');
      if (draw.fraction('looks') < 0.2) add('look');
      if (draw.fraction('leaves') < 0.3) add('leave');
    }
    return operations.slice(0, operationsMax);
  },
  leave({ state }) {
    state.socket?.close();
  },
});

function outcomeOf(answer: Frame | 'timeout'): Outcome {
  if (answer === 'timeout') return { outcome: 'unknown', detail: 'no answer' };
  if (answer.type === 'accepted') return 'ok';
  const reason = answer.reason ?? '';
  return { outcome: reason === 'unavailable' ? 'unknown' : 'fail', detail: reason };
}

/** The status of `GET /items/:id`, or 0 without a response. */
function statusOf({ pick, nodes }: ActorContext<BidderState>, id: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get(`http://${pick('node', nodes)}:3000/items/${id}`, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', () => resolve(0));
  });
}
