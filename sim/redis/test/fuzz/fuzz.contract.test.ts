import { afterAll, beforeAll, expect, test } from 'vitest';
import { withoutRedis } from '../real-redis.ts';
import { acceptedBy } from './accepted.ts';
import { fuzz } from './fuzzer.ts';
import { CASE_GROUPS } from './generate.ts';
import { ModelSubject } from './model-subject.ts';
import { RealSubject } from './real-subject.ts';
import { found } from './reproduction.ts';

/** The model still differs from a server. Set to 1, the variable runs the comparison. */
const COMPARES_MODEL = process.env['SEEDSTORM_FUZZ_REDIS'] === '1';

const seedOf = (): `0x${string}` => '0x2026';

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
  const result = await fuzz({ seed: seedOf(), commands: 8000, groups: CASE_GROUPS }, { real, model }, () => undefined);
  expect([...result.differences.values()].map(found)).toEqual([]);
  expect(result.commands).toBeGreaterThanOrEqual(8000);
});

test.runIf(COMPARES_MODEL)('the model shows no difference that is not accepted', async ({ skip }) => {
  const [real] = servers;
  if (real === undefined) return skip();
  const model = new ModelSubject(() => Date.now());
  const result = await fuzz(
    { seed: seedOf(), commands: 20_000, groups: CASE_GROUPS },
    { real, model },
    () => undefined,
  );
  const defects = [...result.differences.values()].filter(({ difference }) => acceptedBy(difference) === undefined);
  expect(defects.map(found)).toEqual([]);
});
