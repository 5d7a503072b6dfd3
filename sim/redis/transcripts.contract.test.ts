/**
 * Every simulated command, in transcripts that a real server has written. The simulated Redis and a
 * real one must write the same transcripts again.
 */
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { realRedis } from './test/real-redis.ts';
import { inWorld, simulatedTarget } from './test/redis-targets.ts';
import { replay, TRANSCRIPTS } from './test/redis-transcripts.ts';
import { ready } from './test/redis-contract.ts';
import { TABLE } from './model/table.ts';

describe('the simulated Redis', () => {
  it.each(TRANSCRIPTS)('writes the transcript of $name', async (transcript) => {
    const written = await inWorld(
      async (target) => replay(transcript, (await ready(target.client())) as unknown as Redis),
      (node, tools) => simulatedTarget((options) => node.redis(options), node, tools),
    );
    expect(written).toEqual(transcript.lines);
  });
});

const server = await realRedis();
/** The database used, which is emptied for each transcript, and another one that they empty. */
const [DATABASE, OTHER_DATABASE] = [15, 5];

describe.skipIf(server === null)('a real Redis', () => {
  const redis = new Redis(server?.url ?? '', { db: DATABASE, lazyConnect: true });

  afterAll(async () => {
    redis.disconnect();
    await server?.stop();
  });

  it.each(TRANSCRIPTS)('writes the transcript of $name', async (transcript) => {
    for (const database of [OTHER_DATABASE, DATABASE]) {
      await redis.select(database);
      expect(await redis.dbsize(), `database ${database} is in use`).toBe(0);
    }
    try {
      expect(await replay(transcript, redis)).toEqual(transcript.lines);
    } finally {
      await redis.flushdb();
    }
  });
});

it('every command has a line in a transcript', () => {
  const written = new Set(
    TRANSCRIPTS.flatMap(({ lines }) => lines.map((line) => /^~?> (\S+)/.exec(line)?.[1]?.toLowerCase())),
  );
  expect([...TABLE.keys()].filter((command) => !written.has(command))).toEqual([]);
});
