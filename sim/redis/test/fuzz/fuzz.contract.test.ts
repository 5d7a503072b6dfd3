import { afterAll, beforeAll, expect, test } from 'vitest';
import { RUNS_LONG_TESTS } from '../../../cli/test/long.ts';
import { withoutRedis } from '../real-redis.ts';
import { acceptedBy } from './accepted.ts';
import { fuzz } from './fuzzer.ts';
import { CASE_GROUPS } from './generate.ts';
import { ModelSubject } from './model-subject.ts';
import { RealSubject } from './real-subject.ts';
import { found } from './reproduction.ts';

const SEED = '0x2026';
/** More of them run by `npm run fuzz:redis`, from other seeds. */
const COMMANDS = RUNS_LONG_TESTS ? 20_000 : 4000;

let servers: RealSubject[] = [];

beforeAll(async () => {
  const started = await Promise.all([RealSubject.start(), RealSubject.start()]);
  servers = started.filter((server) => server !== null);
  if (servers.length < 2) withoutRedis('put redis-server on the PATH');
});

afterAll(() => Promise.all(servers.map((server) => server.close())));

test('two real servers show no difference, so that one of the model is a defect', async ({ skip }) => {
  const [real, model] = servers;
  if (real === undefined || model === undefined) return skip();
  const result = await fuzz({ seed: SEED, commands: COMMANDS, groups: CASE_GROUPS }, { real, model }, () => undefined);
  expect([...result.differences.values()].map(found)).toEqual([]);
  expect(result.commands).toBeGreaterThanOrEqual(COMMANDS);
});

test('the model shows no difference that is not accepted', async ({ skip }) => {
  const [real] = servers;
  if (real === undefined) return skip();
  const model = new ModelSubject(() => Date.now());
  const result = await fuzz({ seed: SEED, commands: COMMANDS, groups: CASE_GROUPS }, { real, model }, () => undefined);
  const defects = [...result.differences.values()].filter((each) => acceptedBy(each) === undefined);
  expect(defects.map(found)).toEqual([]);
});
