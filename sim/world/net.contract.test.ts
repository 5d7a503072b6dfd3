/**
 * Runs the same scripts on the real sockets of Node and on simulated ones, with this version of
 * Node and with those in SEEDSTORM_NODE_BINARIES, and compares what they write.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { runsLong } from '../cli/test/long.ts';
import { PRELUDE, type ScriptEnd } from './test/net/entry.ts';
import { NET_CONTRACT } from './test/net/net-contract.ts';
import { uncovered } from './test/net/net-members.ts';
import { isSame, pathOf, realEnd, realEnds, runWith } from './test/net/script-ends.ts';
import { simulatedScript } from './test/net/simulated-scripts.ts';

const isLong = runsLong('three of four scripts of net and http, and further seeds');
/** Each seed has different delays and splits. */
const SEEDS = isLong ? [1, 2] : [1];
const SCRIPTS = NET_CONTRACT.filter((_, index) => isLong || index % 4 === 0);
const others = (process.env['SEEDSTORM_NODE_BINARIES'] ?? '').split(':').filter((path) => path !== '');

interface SimulatedEnds {
  readonly ends: readonly ScriptEnd[];
  /** Members of this version's classes that no script covers. */
  readonly uncovered: readonly string[];
}

const ALL = NET_CONTRACT.map(([, text]) => text);

const simulatedEnds = (node: string): Promise<SimulatedEnds> =>
  runWith(
    node,
    [pathOf('../../../start.js'), '--entry', pathOf('simulated-scripts-main.ts')],
    [],
  ) as Promise<SimulatedEnds>;

describe('simulated net and http are as those of this Node', () => {
  let real: ScriptEnd[] = [];
  beforeAll(async () => {
    real = await realEnds(
      process.execPath,
      PRELUDE,
      SCRIPTS.map(([, text]) => text),
    );
  });

  it.each(SCRIPTS.map(([title, text], index) => ({ title, text, index })))('$title', async ({ text, index }) => {
    const simulated: ScriptEnd[] = [];
    for (const seed of SEEDS) simulated.push(await simulatedScript(text, seed));
    const again = () => realEnds(process.execPath, PRELUDE, [text]);
    const expected = await realEnd(again, real[index], simulated[0]);
    expect(expected?.code).toBe(0);
    expect(expected?.lines.length).toBeGreaterThan(0);
    for (const [place, end] of simulated.entries()) expect(end, `seed ${SEEDS[place]}`).toEqual(expected);
  });
});

describe.skipIf(others.length === 0).each(others.length === 0 ? ['other versions'] : others)('on %s', (node) => {
  it('simulated net and http are as the real ones', async () => {
    const [real, simulated] = await Promise.all([realEnds(node, PRELUDE, ALL), simulatedEnds(node)]);
    const differing: object[] = [];
    for (const [index, [title, text]] of NET_CONTRACT.entries()) {
      const here = simulated.ends[index];
      const there = await realEnd(() => realEnds(node, PRELUDE, [text]), real[index], here);
      if (!isSame(here, there)) differing.push({ title, simulated: here, real: there });
    }
    expect(differing).toEqual([]);
    expect(simulated.uncovered).toEqual([]);
  });
});

it('every public member and event of the classes of net and http is covered', () => {
  expect(uncovered(NET_CONTRACT)).toEqual([]);
});
