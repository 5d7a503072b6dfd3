import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RUNS_LONG_TESTS } from '../sim/cli/test/long.ts';
import { formatSeed, type Seed } from '../sim/kernel/seed.ts';
import { mutants } from './mutants.ts';
import { loadGateway, runSeed, serverScenario } from './test/gateway-runs.ts';

/** Seeds with faults, with several nodes and with many clients. */
const SEEDS: readonly Seed[] = ['0x2', '0x4', '0xa', '0x12'];
/** Of the main of `npm start`. */
const SERVER = 'properties/server.ts';
const SERVER_SEEDS: readonly Seed[] = ['0x1', '0x5'];

const root = new URL('..', import.meta.url).pathname;
const binaries = (process.env['SEEDSTORM_NODE_BINARIES'] ?? '').split(':').filter((path) => path !== '');
const mustHaveBinaries = process.env['SEEDSTORM_REQUIRE_NODES'] === '1' || RUNS_LONG_TESTS;

const unmodified = loadGateway();

async function digestHere(seed: Seed): Promise<string> {
  return (await runSeed(await unmodified, seed)).digest;
}

async function serverDigestHere(seed: Seed): Promise<string> {
  return (await runSeed(await loadGateway([], null, serverScenario), seed)).digest;
}

/** Of the first run in this process. */
const firstDigests = new Map<Seed, Promise<string>>();
function firstDigestOf(seed: Seed): Promise<string> {
  const digest = firstDigests.get(seed) ?? digestHere(seed);
  firstDigests.set(seed, digest);
  return digest;
}

/** The digest of a run in a worker thread of another process. */
async function digestElsewhere(seed: Seed, node: string, scenario = 'properties/gateway.ts'): Promise<string> {
  const parameters = ['sim/start.js', 'run', scenario, '--seed', seed, '--json', '--jobs', '1'];
  const { stdout } = await promisify(execFile)(node, parameters, { cwd: root });
  return (JSON.parse(stdout) as { digest: string }).digest;
}

describe('the same seed gives the same digest', () => {
  it('twice in a process, with other runs in between', async () => {
    const seeds = RUNS_LONG_TESTS ? SEEDS : SEEDS.slice(0, 1);
    const before: string[] = [];
    for (const seed of seeds) before.push(await firstDigestOf(seed));
    const planted = await loadGateway(mutants[0]?.edits);
    for (let number = 1; number <= (RUNS_LONG_TESTS ? 3 : 1); number += 1)
      await runSeed(planted, formatSeed(BigInt(number)));
    const after: string[] = [];
    for (const seed of [...seeds].reverse()) after.unshift(await digestHere(seed));
    expect(after).toEqual(before);
    expect(new Set(before).size).toBe(seeds.length);
  });

  it('with and without details', async () => {
    const [seed] = SEEDS;
    if (seed === undefined) throw new Error('no seed');
    const { digest, records } = await runSeed(await unmodified, seed, { detailed: true });
    expect(digest).toBe(await firstDigestOf(seed));
    expect(records?.length).toBeGreaterThan(100);
  });

  it('in a worker thread of another process', async () => {
    for (const seed of SEEDS.slice(0, RUNS_LONG_TESTS ? 2 : 1))
      expect(await digestElsewhere(seed, process.execPath)).toBe(await firstDigestOf(seed));
  });

  it.runIf(RUNS_LONG_TESTS)('of the server, in a worker thread of another process', async () => {
    for (const seed of SERVER_SEEDS.slice(0, 1))
      expect(await digestElsewhere(seed, process.execPath, SERVER)).toBe(await serverDigestHere(seed));
  });

  it('different seeds give different digests', async () => {
    expect(await firstDigestOf('0x2')).not.toBe(await firstDigestOf('0x3'));
  });

  if (binaries.length === 0 && mustHaveBinaries) {
    it('on other versions of Node', () =>
      expect.fail('SEEDSTORM_NODE_BINARIES is empty: name at least one node binary'));
  }
  if (binaries.length === 0 && !mustHaveBinaries) {
    console.warn('SKIPPED: digests on other versions of Node; name their binaries in SEEDSTORM_NODE_BINARIES.');
  }
  it.skipIf(binaries.length === 0).each(binaries.length === 0 ? ['other versions of Node'] : binaries)(
    'on %s',
    async (node) => {
      for (const seed of SEEDS.slice(3)) expect(await digestElsewhere(seed, node)).toBe(await firstDigestOf(seed));
      for (const seed of SERVER_SEEDS.slice(1))
        expect(await digestElsewhere(seed, node, SERVER)).toBe(await serverDigestHere(seed));
    },
  );
});
