/** The package can use only old versions of redis. */
import redis3 from 'redis-3';
import { url } from './steps.js';

export const client = { datastore: 'redis', Redis: redis3, clientOptions: { url } };
