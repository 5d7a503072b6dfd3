/** Connections of the package ioredis. */
import { Redis } from 'ioredis';
import { printErrors, url } from './steps.js';

export const library = 'ioredis';

/** Resolves when the client is ready. */
export async function connect(options = {}) {
  const client = new Redis(url, { lazyConnect: true, ...options });
  printErrors(client);
  await client.connect();
  return client;
}

export const command = (client, ...words) => client.call(...words.map(String));
