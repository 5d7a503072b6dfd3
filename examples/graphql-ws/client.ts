/**
 * A client of the graphql-transport-ws protocol. It connects, sends `connection_init`, subscribes,
 * completes and disconnects, at times before the subscription is set up.
 */
import type { ActorDefinition, ClientSocket, Outcome, ScriptDraw, ScriptedOperation } from 'seedstorm';

interface ClientState {
  socket: ClientSocket | null;
  subscriptions: number;
}

const notConnected: Outcome = { outcome: 'fail', detail: 'not connected' };

export const client: ActorDefinition<ClientState> = {
  countMax: 12,
  create: () => ({ socket: null, subscriptions: 0 }),
  operations: {
    async connect(context) {
      const { state, nodes } = context;
      if (state.socket !== null) return { outcome: 'fail', detail: 'connected already' };
      const node = nodes[Math.floor(context.fraction('node') * nodes.length)] ?? 'node-1';
      const socket = await context.dial(node).catch(() => null);
      if (socket === null) return { outcome: 'fail', detail: 'refused' };
      state.socket = socket;
      socket.onclose = () => {
        if (state.socket === socket) state.socket = null;
      };
      socket.send('{"type":"connection_init"}');
      return 'ok';
    },
    subscribe({ state }) {
      if (state.socket === null) return Promise.resolve(notConnected);
      state.subscriptions += 1;
      const payload = { query: 'subscription { ticks }' };
      state.socket.send(JSON.stringify({ id: String(state.subscriptions), type: 'subscribe', payload }));
      return Promise.resolve('ok');
    },
    complete({ state }) {
      if (state.socket === null) return Promise.resolve(notConnected);
      state.socket.send(JSON.stringify({ id: String(state.subscriptions), type: 'complete' }));
      return Promise.resolve('ok');
    },
    disconnect({ state }) {
      if (state.socket === null) return Promise.resolve(notConnected);
      state.socket.close(1000);
      return Promise.resolve('ok');
    },
  },
  script,
  leave({ state }) {
    state.socket?.close(1000);
  },
};

function script(draw: ScriptDraw, operationsMax: number): readonly ScriptedOperation[] {
  const operations: ScriptedOperation[] = [];
  const add = (name: string, longestPauseMs: number) =>
    operations.push({ name, pauseMs: draw.fraction('pause') * longestPauseMs });
  while (operations.length < operationsMax) {
    add('connect', 500);
    // The server must acknowledge `connection_init` before the subscription.
    operations.push({ name: 'subscribe', pauseMs: 300 });
    if (draw.fraction('completes') < 0.4) add('complete', 600);
    add('disconnect', 300);
  }
  return operations.slice(0, operationsMax);
}
