/**
 * `@socket.io/redis-streams-adapter`: XADD and XREAD. Until its first message it reads from `$`,
 * and so loses messages that are added between two reads. Here the first read outlasts the
 * preparations.
 */
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { connect, library } from './client.js';
import { prefix } from './steps.js';

export async function createAdapters(count) {
  const clients = [];
  const adapters = [];
  for (let index = 0; index < count; index += 1) {
    const client = await connect();
    clients.push(client);
    adapters.push(
      createAdapter(client, {
        streamName: prefix,
        channelPrefix: prefix,
        sessionKeyPrefix: `${prefix}:session:`,
        readCount: 10,
        blockTimeInMs: 3000,
      }),
    );
  }
  const close = () => Promise.all(clients.map((client) => (library === 'redis' ? client.close() : client.quit())));
  return { adapters, close };
}
