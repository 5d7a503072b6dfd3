/** The package loads ioredis on its own. */
import { url } from './steps.js';

export const client = { datastore: 'ioredis', clientOptions: url };
