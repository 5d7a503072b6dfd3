/**
 * Users of the documents, with the real provider of Hocuspocus. They add lines to an array of the
 * document. The provider reconnects when its connection breaks.
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import jwt from 'jsonwebtoken';
import { type ActorContext, defineActor, type Outcome } from 'seedstorm';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

export const JWT_SECRET = 'for tests';

const DOCUMENTS = ['notes', 'plans'];
const OPENED_WITHIN_MS = 5000;
const SAVED_WITHIN_MS = 10_000;

/**
 * The provider removes its listeners and then closes, at times while the socket still connects. In
 * browsers an error without listeners is ignored.
 */
class BrowserLikeSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    this.on('error', () => undefined);
  }
}

interface UserState {
  provider: HocuspocusProvider | null;
}

type User = ActorContext<UserState>;
type Name = 'open' | 'write' | 'leave';

const notOpen: Outcome = { outcome: 'fail', detail: 'no document' };

/** Adds lines. */
export const writer = defineActor({
  countMax: 5,
  create: (): UserState => ({ provider: null }),
  operations: {
    open: (context) => open(context, { docs: ['*'] }),
    write,
    leave,
  },
  script(draw, operationsMax) {
    const operations: { name: Name; pauseMs: number }[] = [];
    const add = (name: Name) => operations.push({ name, pauseMs: draw.integer('pauseMs', 0, 300) });
    while (operations.length < operationsMax) {
      add('open');
      for (let count = draw.integer('lines', 1, 4); count > 0; count -= 1) add('write');
      if (draw.fraction('leaves') < 0.5) add('leave');
    }
    return operations.slice(0, operationsMax);
  },
  leave: ({ state }) => close(state),
});

/** May follow a document and not change it, but tries. */
export const reader = defineActor({
  countMax: 2,
  create: (): UserState => ({ provider: null }),
  operations: {
    open: (context) => open(context, { docs: ['*'], readOnly: true }),
    write,
    leave,
  },
  leave: ({ state }) => close(state),
});

async function open(context: User, claims: object): Promise<Outcome> {
  const { state, name, nodes, pick, within } = context;
  close(state);
  const token = jwt.sign({ sub: name, ...claims }, JWT_SECRET, { expiresIn: '1h' });
  const websocketProvider = new HocuspocusProviderWebsocket({
    url: `ws://${pick('node', nodes)}:3000`,
    WebSocketPolyfill: BrowserLikeSocket,
  });
  const synced = new Promise<void>((resolve) => {
    const document = new Y.Doc();
    const options = {
      websocketProvider,
      name: pick('document', DOCUMENTS),
      token,
      document,
      onSynced: () => resolve(),
    };
    state.provider = new HocuspocusProvider(options);
  });
  state.provider?.attach();
  const answer = await within(OPENED_WITHIN_MS, synced);
  return answer === 'timeout' ? { outcome: 'unknown', detail: 'not synced' } : 'ok';
}

/** Ends `ok` when the server has acknowledged the line. The drawn value names it. */
async function write({ state, name, integer, within }: User): Promise<Outcome> {
  const { provider } = state;
  if (provider === null) return notOpen;
  provider.document.getArray<string>('lines').push([lineOf(name, integer('line', 1, 1_000_000))]);
  const saved = await within(SAVED_WITHIN_MS, whenSaved(provider));
  return saved === 'timeout' ? { outcome: 'unknown', detail: 'not acknowledged' } : 'ok';
}

// eslint-disable-next-line @typescript-eslint/require-await
async function leave({ state }: User): Promise<Outcome> {
  if (state.provider === null) return notOpen;
  close(state);
  return 'ok';
}

function close(state: UserState): void {
  state.provider?.destroy();
  state.provider?.configuration.websocketProvider.destroy();
  state.provider = null;
}

function whenSaved(provider: HocuspocusProvider): Promise<void> {
  return new Promise((resolve) => {
    provider.on('unsyncedChanges', () => {
      if (!provider.hasUnsyncedChanges) resolve();
    });
  });
}

export function lineOf(user: string, line: number): string {
  return `${user}:${line}`;
}
