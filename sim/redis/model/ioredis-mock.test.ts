/**
 * Why the data of Redis is modelled here: how ioredis-mock, given the same transcripts, answers. Should it come to answer as a real server does, then
 * this fails, and there is less to maintain.
 */
import RedisMock from 'ioredis-mock';
import { expect, it } from 'vitest';
import { parse, shown, TRANSCRIPTS } from '../test/redis-transcripts.ts';

/** Data alone: nothing that waits, no scripts, and nothing that belongs to a connection. */
const COMPARED = ['hashes', 'lists', 'sets', 'strings', 'zsets'];

type Method = (...parameters: unknown[]) => Promise<unknown>;

it('ioredis-mock answers a third of all commands on data otherwise than a real server', async () => {
  let [same, other] = [0, 0];
  for (const { name, lines } of TRANSCRIPTS.filter((transcript) => COMPARED.includes(transcript.name))) {
    const mock = new RedisMock({ host: name, port: 1 }) as unknown as Record<string, Method | undefined>;
    for (let index = 0; index < lines.length; index += 2) {
      const { command, parameters, isSorted } = parse(lines[index] ?? '');
      const method = command.toLowerCase();
      if (method.startsWith('b')) continue;
      const told = await answer(mock, method, parameters, isSorted);
      if (told === lines[index + 1]) same += 1;
      else other += 1;
    }
  }
  expect(same + other).toBeGreaterThan(350);
  expect(other / (same + other)).toBeGreaterThan(1 / 3);
});

/** What ioredis makes of a reply is taken back. */
async function answer(
  mock: Record<string, Method | undefined>,
  command: string,
  parameters: readonly Buffer[],
  isSorted: boolean,
): Promise<string> {
  try {
    const reply = await mock[command]?.(...parameters.map(String));
    const isHash = command === 'hgetall' && typeof reply === 'object' && reply !== null;
    return JSON.stringify(shown(isHash ? Object.entries(reply).flat() : (reply ?? null), isSorted));
  } catch (error) {
    return `! ${(error as Error).message}`;
  }
}
