/**
 * A Hocuspocus server for shared documents. Clients connect with HocuspocusProvider and a signed
 * token.
 *
 *   PORT=3000 REDIS_URL=redis://localhost:6379 JWT_SECRET=… node server.ts
 *
 * The token is a JWT (HS256, signed with JWT_SECRET) with these claims:
 *
 *   sub       the name of the user
 *   docs      the documents that the user may open, such as ["notes"]; "*" means every document
 *   readOnly  true for a reader
 *
 * Environment: PORT, HOST, REDIS_URL, JWT_SECRET (required), and in milliseconds DEBOUNCE and
 * MAX_DEBOUNCE: a document is stored DEBOUNCE after its last change, and at the latest MAX_DEBOUNCE
 * after its first unsaved change.
 */
import { Server } from '@hocuspocus/server';
import jwt from 'jsonwebtoken';
import { DocumentStore } from './store.ts';

const { PORT = '3000', HOST = '127.0.0.1', REDIS_URL = 'redis://127.0.0.1:6379', JWT_SECRET } = process.env;
const { DEBOUNCE = '1000', MAX_DEBOUNCE = '5000' } = process.env;
const STORE_RETRY_MS = 1000;
const STOP_TIMEOUT_MS = 10_000;

if (!JWT_SECRET) throw new Error('JWT_SECRET is not set');
const secret = JWT_SECRET;
const store = new DocumentStore(REDIS_URL);

interface Access {
  readonly user: string;
  readonly readOnly: boolean;
}

/** What the token allows on this document. Throws if it allows nothing. */
function accessOf(token: string, documentName: string): Access {
  const claims = jwt.verify(token, secret, { algorithms: ['HS256'] });
  if (typeof claims === 'string' || typeof claims.sub !== 'string') throw new Error('token without a user');
  const documents: unknown[] = Array.isArray(claims.docs) ? claims.docs : [];
  if (!documents.includes('*') && !documents.includes(documentName)) throw new Error('no access to this document');
  return { user: claims.sub, readOnly: claims.readOnly === true };
}

const server = new Server({
  name: 'documents',
  port: Number(PORT),
  // Hocuspocus 3.4.4 ignores the address: it listens on all interfaces.
  address: HOST,
  debounce: Number(DEBOUNCE),
  maxDebounce: Number(MAX_DEBOUNCE),
  // When the last client leaves, store at once instead of after the debounce time.
  unloadImmediately: true,
  quiet: true,
  // SIGTERM calls `stop` below.
  stopOnSignals: false,

  // Hocuspocus refuses the client when the promise rejects.
  // eslint-disable-next-line @typescript-eslint/require-await
  async onAuthenticate({ token, documentName, connectionConfig }) {
    const { user, readOnly } = accessOf(token, documentName);
    connectionConfig.readOnly = readOnly;
    // The context of all later hooks.
    return { user };
  },

  // An error here reaches the client, which must not take an empty document for the stored one.
  async onLoadDocument({ documentName, document }) {
    await store.load(documentName, document);
  },

  // Retries until it succeeds. Hocuspocus keeps the document in memory while this hook runs, so
  // nothing is lost while Redis is unavailable, and every attempt stores the newest content.
  async onStoreDocument({ documentName, document }) {
    for (;;) {
      try {
        return await store.save(documentName, document);
      } catch (error) {
        console.error(`store ${documentName}:`, error);
        await new Promise((resolve) => setTimeout(resolve, STORE_RETRY_MS));
      }
    }
  },

  async onDestroy() {
    await store.close();
  },
});

/** `destroy` disconnects the clients and waits until every open document is stored. */
async function stop(): Promise<void> {
  setTimeout(() => {
    console.error('could not store everything in time');
    process.exit(1);
  }, STOP_TIMEOUT_MS).unref();
  await server.destroy();
  // Sockets of clients that do not answer may still be open.
  process.exit(0);
}
process.once('SIGTERM', () => void stop());

await server.listen();
console.log(`documents on ${server.webSocketURL}`);
