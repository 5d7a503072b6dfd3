/**
 * Runs the same scripts on the real sockets of Node and on simulated ones, with this version of
 * Node and with those in SEEDSTORM_NODE_BINARIES, and compares what they write.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { PRELUDE, type ScriptEnd } from './test/net/entry.ts';
import { NET_CONTRACT } from './test/net/net-contract.ts';
import { uncovered } from './test/net/net-members.ts';
import { simulatedScript } from './test/net/simulated-scripts.ts';

/** Each seed has different delays and splits. */
const SEEDS = [1, 2, 3];
const others = (process.env['SEEDSTORM_NODE_BINARIES'] ?? '').split(':').filter((path) => path !== '');
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

interface SimulatedEnds {
  readonly ends: readonly ScriptEnd[];
  /** Members of this version's classes that no script covers. */
  readonly uncovered: readonly string[];
}

/** Runs a file that writes the ends of all scripts. */
function endsOf(node: string, parameters: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'] }, maxBuffer: 2 ** 26 };
    const child = execFile(node, parameters, options, (error, written, complaint) => {
      if (error === null) resolve(JSON.parse(written));
      else reject(new Error(complaint, { cause: error }));
    });
    child.stdin?.end(JSON.stringify([PRELUDE, NET_CONTRACT.map(([, text]) => text)]));
  });
}

const realEnds = (node: string): Promise<ScriptEnd[]> =>
  endsOf(node, [pathOf('test/net/real-scripts.js')]) as Promise<ScriptEnd[]>;
const simulatedEnds = (node: string): Promise<SimulatedEnds> =>
  endsOf(node, [
    pathOf('../start.js'),
    '--entry',
    pathOf('test/net/simulated-scripts-main.ts'),
  ]) as Promise<SimulatedEnds>;

describe('simulated net and http are as those of this Node', () => {
  let real: ScriptEnd[] = [];
  beforeAll(async () => {
    real = await realEnds(process.execPath);
  });

  it.each(NET_CONTRACT.map(([title, text], index) => ({ title, text, index })))('$title', async ({ text, index }) => {
    const expected = real[index];
    expect(expected?.code).toBe(0);
    expect(expected?.lines.length).toBeGreaterThan(0);
    for (const seed of SEEDS) expect(await simulatedScript(text, seed), `seed ${seed}`).toEqual(expected);
  });
});

describe.skipIf(others.length === 0).each(others.length === 0 ? ['other versions'] : others)('on %s', (node) => {
  it('simulated net and http are as the real ones', async () => {
    const [real, simulated] = [await realEnds(node), await simulatedEnds(node)];
    const differing = NET_CONTRACT.flatMap(([title], index) => {
      const [here, there] = [simulated.ends[index], real[index]];
      return JSON.stringify(here) === JSON.stringify(there) ? [] : [{ title, simulated: here, real: there }];
    });
    expect(differing).toEqual([]);
    expect(simulated.uncovered).toEqual([]);
  });
});

it('every public member and event of the classes of net and http is covered', () => {
  expect(uncovered(NET_CONTRACT)).toEqual([]);
});
