/** Runs the contract of Redis faults with unmodified ioredis over the simulated wire. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type CreateClient, createRealClient } from '../redis/test/redis-targets.ts';
import { WHOLE_FAULTS_CONTRACT } from '../redis/test/redis-whole-contract.ts';
import { inFaultyWorld } from '../redis/test/simulated-redis-faults.ts';
import { loadWire, type Wire } from './test/wire.ts';

let wire: Wire;

beforeAll(async () => {
  wire = await loadWire();
});

/** On the wire, `redis-refused` fails a write with EPIPE: the first command is sent in vain. */
const CONTRACT = WHOLE_FAULTS_CONTRACT.filter(([title]) => !title.startsWith('redis-refused'));

describe('ioredis on the simulated wire', () => {
  it.each(CONTRACT)('%s', async (_, act, expected) => {
    // Packages are evaluated for one process at a time: the one that the faults hit.
    let loaded: CreateClient | null = null;
    const outcome = await inFaultyWorld(act, '0x1', async (node, host) => {
      if (loaded !== null) return (options) => node.redis(options);
      loaded = createRealClient(await wire.load(host));
      return loaded;
    });
    expect(outcome).toEqual(expected);
  });
});
