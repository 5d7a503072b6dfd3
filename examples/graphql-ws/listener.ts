/**
 * Listeners of the rooms, with the real client of graphql-ws. They subscribe, post over HTTP or the
 * WebSocket, and complete, disconnect or vanish, at times before the subscription is in force.
 */
import { request } from 'node:http';
import { type Client, createClient } from 'graphql-ws-5.15.0';
import { type ActorContext, defineActor, type Outcome } from 'seedstorm';
import { WebSocket } from 'ws';

const ANSWERED_WITHIN_MS = 5000;
const ROOMS = ['red', 'blue'];
const SUBSCRIBE = 'subscription ($room: String!) { messages(room: $room) { id text } }';
const POST = 'mutation ($room: String!, $text: String!) { post(room: $room, text: $text) { id } }';

interface ListenerState {
  client: Client | null;
  socket: WebSocket | null;
  complete: (() => void) | null;
}

type Listener = ActorContext<ListenerState>;
type Name = 'subscribe' | 'post' | 'postOverSocket' | 'complete' | 'disconnect' | 'vanish';

const notConnected: Outcome = { outcome: 'fail', detail: 'not connected' };

export const listener = defineActor({
  countMax: 6,
  create: (): ListenerState => ({ client: null, socket: null, complete: null }),
  operations: {
    // eslint-disable-next-line @typescript-eslint/require-await
    async subscribe({ state, nodes, pick }) {
      const url = `ws://${pick('node', nodes)}:3000/graphql`;
      state.client ??= createClient({
        url,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        on: { opened: (socket) => (state.socket = socket as WebSocket) },
      });
      const variables = { room: pick('room', ROOMS) };
      const end = () => {
        state.complete = null;
      };
      const sink = { next: () => undefined, error: end, complete: end };
      state.complete = state.client.subscribe({ query: SUBSCRIBE, variables }, sink);
      return 'ok';
    },
    async post(context) {
      const status = await context.within(ANSWERED_WITHIN_MS, postOverHttp(context));
      return status === 200 ? 'ok' : { outcome: 'unknown', detail: `status ${status}` };
    },
    async postOverSocket(context) {
      const { client } = context.state;
      if (client === null) return notConnected;
      const answer = await context.within(ANSWERED_WITHIN_MS, postOverSocket(client, messageOf(context)));
      return answer === 'posted' ? 'ok' : { outcome: 'unknown', detail: answer };
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async complete({ state }) {
      if (state.complete === null) return notConnected;
      state.complete();
      return 'ok';
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async disconnect({ state }) {
      if (state.client === null) return notConnected;
      disconnect(state);
      return 'ok';
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async vanish({ state }) {
      if (state.socket === null) return notConnected;
      state.socket.terminate();
      disconnect(state);
      return 'ok';
    },
  },
  script(draw, operationsMax) {
    const operations: { name: Name; pauseMs: number }[] = [];
    const add = (name: Name, pauseMsMax: number) =>
      operations.push({ name, pauseMs: draw.integer('pauseMs', 0, pauseMsMax) });
    while (operations.length < operationsMax) {
      add('subscribe', 300);
      if (draw.fraction('subscribesAgain') < 0.4) add('subscribe', 100);
      for (let count = draw.integer('posts', 0, 3); count > 0; count -= 1)
        add(draw.pick('way', ['post', 'postOverSocket']), 200);
      if (draw.fraction('completes') < 0.3) add('complete', 30);
      if (draw.fraction('leaves') < 0.6) add(draw.pick('exit', ['disconnect', 'vanish']), 10);
    }
    return operations.slice(0, operationsMax);
  },
  leave: ({ state }) => disconnect(state),
});

function disconnect(state: ListenerState): void {
  // Rejects if the connection breaks before it is acknowledged.
  Promise.resolve(state.client?.dispose()).catch(() => undefined);
  Object.assign(state, { client: null, socket: null, complete: null });
}

function messageOf({ name, integer, pick }: Listener): { room: string; text: string } {
  return { room: pick('room', ROOMS), text: `${name}:${integer('message', 1, 1_000_000)}` };
}

/** The status, or 0 without a response. */
function postOverHttp(context: Listener): Promise<number> {
  const url = `http://${context.pick('node', context.nodes)}:3000/graphql`;
  const body = JSON.stringify({ query: POST, variables: messageOf(context) });
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}

function postOverSocket(client: Client, variables: { room: string; text: string }): Promise<string> {
  return new Promise((resolve) => {
    let answer = 'refused';
    const next = ({ errors }: { errors?: unknown }) => {
      if (errors === undefined) answer = 'posted';
    };
    const sink = { next, error: () => resolve('broken'), complete: () => resolve(answer) };
    client.subscribe({ query: POST, variables }, sink);
  });
}
