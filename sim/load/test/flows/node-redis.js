/** Connections of the package redis. */
import { createClient } from 'redis';
import { printErrors, url } from './steps.js';

export const library = 'redis';

/** Resolves when the client is ready. */
export async function connect() {
  const client = createClient({ url });
  printErrors(client);
  await client.connect();
  return client;
}

export const command = (client, ...words) => client.sendCommand(words.map(String));
