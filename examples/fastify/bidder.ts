/**
 * Bidders, with the real client of ws. They watch an item, bid on it, open its page again, look it
 * up over HTTP and leave.
 */
import { get } from 'node:http';
import { type ActorContext, defineActor, type Outcome } from 'seedstorm';
import { WebSocket } from 'ws';

const ANSWERED_WITHIN_MS = 5000;

/** In cents. */
export const ITEMS = [
  { id: 'lamp', title: 'Old lamp', price: 1000 },
  { id: 'clock', title: 'Wall clock', price: 2500 },
  { id: 'vase', title: 'Blue vase', price: 1500 },
  { id: 'globe', title: 'Small globe', price: 3000 },
  { id: 'chair', title: 'Arm chair', price: 4000 },
];

interface Frame {
  readonly type: 'state' | 'accepted' | 'rejected';
  readonly ref?: number;
  readonly reason?: string;
  readonly item?: { readonly amount: number };
}

interface BidderState {
  socket: WebSocket | null;
  /** The node and the item of `socket`. */
  node: string;
  id: string;
  /** The highest amount that the bidder has seen of it, in cents. */
  highest: number;
  bids: number;
  readonly waiting: Map<number, (answer: Frame) => void>;
}

type Context = ActorContext<BidderState>;

const notConnected: Outcome = { outcome: 'fail', detail: 'not connected' };
type Name = 'watch' | 'bid' | 'reopen' | 'look' | 'leave';

export const bidder = defineActor({
  countMax: 6,
  create: (): BidderState => ({ socket: null, node: '', id: '', highest: 0, bids: 0, waiting: new Map() }),
  operations: {
    async watch(context) {
      const { state, nodes, pick } = context;
      if (state.socket !== null) return { outcome: 'fail', detail: 'connected already' };
      Object.assign(state, { id: pick('item', ITEMS).id, highest: 0 });
      return await shownBy(context, open(context, nodes));
    },
    async bid(context) {
      const { socket } = context.state;
      return socket?.readyState === WebSocket.OPEN ? await bidOn(context, socket) : notConnected;
    },
    /** Opens the page of the item on another node, and bids on the old page while it loads. */
    async reopen(context) {
      const { state, nodes, sleep, integer } = context;
      const { socket } = state;
      if (socket?.readyState !== WebSocket.OPEN) return notConnected;
      const others = nodes.filter((node) => node !== state.node);
      const shown = open(context, others.length > 0 ? others : nodes);
      await sleep(integer('bidsAfterMs', 0, 60));
      await bidOn(context, socket);
      socket.close();
      return await shownBy(context, shown);
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
      for (let count = draw.integer('bids', 0, 4); count > 0; count -= 1) add('bid');
      if (draw.fraction('looks') < 0.2) add('look');
      if (draw.fraction('reopens') < 0.6) add('reopen');
      if (draw.fraction('leaves') < 0.3) add('leave');
    }
    // A page that misses a bid shows the next one, so what is missed last is what shows.
    if (draw.fraction('reopensLast') < 0.5) operations.splice(operationsMax - 1, 1, { name: 'reopen', pauseMs: 100 });
    return operations.slice(0, operationsMax);
  },
  leave({ state }) {
    state.socket?.close();
  },
});

/**
 * Opens a page of the item. Resolves with true when the first state has arrived, with false when
 * the socket closes before.
 */
function open({ state, pick }: Context, nodes: readonly string[]): Promise<boolean> {
  const node = pick('node', nodes);
  const socket = new WebSocket(`ws://${node}:3000/items/${state.id}/live`);
  Object.assign(state, { socket, node });
  return new Promise((resolve) => {
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
}

async function shownBy({ within }: Context, shown: Promise<boolean>): Promise<Outcome> {
  const answer = await within(ANSWERED_WITHIN_MS, shown);
  if (answer === true) return 'ok';
  return { outcome: 'unknown', detail: answer === 'timeout' ? 'no state' : 'closed' };
}

async function bidOn({ state, name, integer, within }: Context, socket: WebSocket): Promise<Outcome> {
  state.bids += 1;
  const ref = state.bids;
  const answer = new Promise<Frame>((resolve) => state.waiting.set(ref, resolve));
  const amount = state.highest + integer('more', 0, 3) * 100;
  socket.send(JSON.stringify({ type: 'bid', bidder: name, amount, ref }));
  return outcomeOf(await within(ANSWERED_WITHIN_MS, answer));
}

function outcomeOf(answer: Frame | 'timeout'): Outcome {
  if (answer === 'timeout') return { outcome: 'unknown', detail: 'no answer' };
  if (answer.type === 'accepted') return 'ok';
  const reason = answer.reason ?? '';
  return { outcome: reason === 'unavailable' ? 'unknown' : 'fail', detail: reason };
}

/** The status of `GET /items/:id`, or 0 without a response. */
function statusOf({ pick, nodes }: Context, id: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get(`http://${pick('node', nodes)}:3000/items/${id}`, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', () => resolve(0));
  });
}
