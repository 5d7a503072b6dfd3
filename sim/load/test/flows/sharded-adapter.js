/** The sharded adapter of `@socket.io/redis-adapter`: SPUBLISH and SSUBSCRIBE. */
import { createShardedAdapter } from '@socket.io/redis-adapter';
import { connect, library } from './client.js';
import { prefix } from './steps.js';

export async function createAdapters(count) {
  const clients = [];
  const adapters = [];
  for (let index = 0; index < count; index += 1) {
    const [publisher, subscriber] = [await connect(), await connect()];
    clients.push(publisher, subscriber);
    adapters.push(createShardedAdapter(publisher, subscriber, { channelPrefix: prefix, subscriptionMode: 'dynamic' }));
  }
  const close = () => Promise.all(clients.map((client) => (library === 'redis' ? client.close() : client.quit())));
  return { adapters, close };
}
