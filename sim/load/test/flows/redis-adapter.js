/** `@socket.io/redis-adapter`: PUBLISH and PSUBSCRIBE. */
import { createAdapter } from '@socket.io/redis-adapter';
import { connect, library } from './client.js';
import { prefix } from './steps.js';

export async function createAdapters(count) {
  const clients = [];
  const adapters = [];
  for (let index = 0; index < count; index += 1) {
    const [publisher, subscriber] = [await connect(), await connect()];
    clients.push(publisher, subscriber);
    adapters.push(createAdapter(publisher, subscriber, { key: prefix, requestsTimeout: 1000 }));
  }
  const close = () => Promise.all(clients.map((client) => (library === 'redis' ? client.close() : client.quit())));
  return { adapters, close };
}
