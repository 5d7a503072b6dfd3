/**
 * A user of the client in core/client, over the global WebSocket. It reads prices for some seconds
 * at a time, and reports what the client has handed over.
 */
import { PricesClient } from '../../core/client/prices-client.js';
import type { ActorContext, ActorDefinition, Outcome, ScriptDraw, ScriptedOperation } from '../../sim/index.ts';
import { FEW_SYMBOLS, signedToken } from '../support/tokens.ts';
import { handed } from '../support/handed.ts';

/** Where a main module listens. */
const PORT = 3000;
const SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT'];
const TOKENS = ['good', 'good', 'good', FEW_SYMBOLS, 'expires in 4 s', 'expires in 6 s'];
/** Prices per second that it asks for; 0 for all. */
const RATES = [0, 0, 0, 1, 2];
/** The share of connections that lead to the node that the client had. */
const RETURNS = 0.6;

/** Shorter than usual, like the limits of the gateway. */
const TIMES = {
  retryBaseMs: 200,
  retryMaxMs: 2000,
  stableAfterMs: 1000,
  connectWithinMs: 2500,
  silentAfterMs: 2000,
  pongWithinMs: 1500,
};

interface ReaderState {
  client: PricesClient | null;
  node: string;
  tokens: number;
  /** What was handed over since the last report. */
  handed: string[];
}

type Context = ActorContext<ReaderState>;
type Arguments = Readonly<Record<string, unknown>>;

function start(context: Context, args: Arguments): Promise<Outcome> {
  const { state } = context;
  if (state.client === null) {
    const client = createClient(context, String(args['token']));
    state.client = client;
    client.on('price', (price) => state.handed.push(handed('price', price)));
    client.on('snapshot', (quote) => state.handed.push(handed('snapshot', quote)));
    const rate = Number(args['rate'] ?? 0);
    client.subscribe(String(args['symbols']).split(','), rate === 0 ? {} : { maxPerSecond: rate });
  }
  state.client.start();
  return Promise.resolve('ok');
}

function createClient({ name, nodes, state }: Context, token: string): PricesClient {
  return new PricesClient({
    ...TIMES,
    url: '/stream',
    token: () => {
      state.tokens += 1;
      return signedToken(token, {
        user: name,
        role: 'trader',
        tokenId: `${name}.${state.tokens}`,
        wallMs: Date.now(),
      });
    },
    createSocket: (path, subprotocol) => {
      const other = nodes[Math.floor(Math.random() * nodes.length)] ?? 'node-1';
      state.node = Math.random() < RETURNS && state.node !== '' ? state.node : other;
      return new WebSocket(`ws://${state.node}:${PORT}${path}`, subprotocol);
    },
  });
}

function stop({ state }: Context): Promise<Outcome> {
  state.client?.stop();
  return Promise.resolve('ok');
}

function subscribe({ state }: Context, args: Arguments): Promise<Outcome> {
  state.client?.subscribe([String(args['symbol'])]);
  return Promise.resolve('ok');
}

/** The detail names the symbol, because a client without a connection sends nothing. */
function unsubscribe({ state }: Context, args: Arguments): Promise<Outcome> {
  state.client?.unsubscribe([String(args['symbol'])]);
  return Promise.resolve({ outcome: 'ok', detail: String(args['symbol']) });
}

/** In one turn, so that prices of the old subscription may be on their way. */
async function resubscribe(context: Context, args: Arguments): Promise<Outcome> {
  const outcome = await unsubscribe(context, args);
  await subscribe(context, args);
  return outcome;
}

/** Reports at its end what was handed over until then. */
async function read(context: Context, args: Arguments): Promise<Outcome> {
  await context.sleep(Number(args['ms']));
  return { outcome: 'ok', detail: context.state.handed.splice(0).join(' ') };
}

function script(draw: ScriptDraw, operationsMax: number): readonly ScriptedOperation[] {
  const operations: ScriptedOperation[] = [];
  const add = (name: string, args: Arguments = {}): void => {
    operations.push({ name, arguments: args as ScriptedOperation['arguments'], pauseMs: draw.fraction('pause') * 500 });
  };
  const symbol = (): string => draw.pick('symbol', SYMBOLS);
  add('start', { token: draw.pick('token', TOKENS), symbols: `AAPL,${symbol()}`, rate: draw.pick('rate', RATES) });
  while (operations.length < operationsMax - 1) {
    const what = draw.fraction('what');
    if (what < 0.1) add('unsubscribe', { symbol: symbol() });
    else if (what < 0.2) add('subscribe', { symbol: symbol() });
    else if (what < 0.3) add('resubscribe', { symbol: 'AAPL' });
    else if (what < 0.35) {
      add('stop');
      add('start');
    } else add('read', { ms: draw.integer('ms', 200, 3000) });
  }
  // It goes on after the faults have ended.
  add('read', { ms: 10_000 });
  return operations.slice(0, operationsMax);
}

export const reader: ActorDefinition<ReaderState> = {
  countMax: 40,
  optional: ['subscribe', 'unsubscribe', 'resubscribe', 'read', 'stop'],
  create: () => ({ client: null, node: '', tokens: 0, handed: [] }),
  operations: { start, stop, subscribe, unsubscribe, resubscribe, read },
  script,
  leave: ({ state }) => state.client?.stop(),
};
