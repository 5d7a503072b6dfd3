/**
 * Runs the same scripts on the real sockets of Node and on simulated ones, with this version of
 * Node and with those in SEEDSTORM_NODE_BINARIES, and compares what they write.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { runsLong } from '../cli/test/long.ts';
import { PRELUDE, type ScriptEnd } from './test/net/entry.ts';
import { NET_CONTRACT } from './test/net/net-contract.ts';
import { uncovered } from './test/net/net-members.ts';
import { simulatedScript } from './test/net/simulated-scripts.ts';

/** Each seed has different delays and splits. */
const SEEDS = runsLong('net and http with further seeds') ? [1, 2, 3] : [1];
const others = (process.env['SEEDSTORM_NODE_BINARIES'] ?? '').split(':').filter((path) => path !== '');
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

interface SimulatedEnds {
  readonly ends: readonly ScriptEnd[];
  /** Members of this version's classes that no script covers. */
  readonly uncovered: readonly string[];
}

const ALL = NET_CONTRACT.map(([, text]) => text);

/** On a busy machine a real timer may be so late that a script takes another course. */
const ATTEMPTS = 3;

/** Runs a file that writes the ends of the scripts. */
function endsOf(node: string, parameters: readonly string[], texts: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'] }, maxBuffer: 2 ** 26 };
    const child = execFile(node, parameters, options, (error, written, complaint) => {
      if (error === null) resolve(JSON.parse(written));
      else reject(new Error(complaint, { cause: error }));
    });
    child.stdin?.end(JSON.stringify([PRELUDE, texts]));
  });
}

const realEnds = (node: string, texts: readonly string[]): Promise<ScriptEnd[]> =>
  endsOf(node, [pathOf('test/net/real-scripts.js')], texts) as Promise<ScriptEnd[]>;

const isSame = (left: ScriptEnd | undefined, right: ScriptEnd | undefined): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

/** The real end of a script: the given one, or that of another attempt if it equals `simulated`. */
async function realEnd(node: string, index: number, given: ScriptEnd | undefined, simulated: ScriptEnd | undefined) {
  for (let attempt = 1; attempt < ATTEMPTS && !isSame(given, simulated); attempt += 1) {
    const [again] = await realEnds(node, [ALL[index] ?? '']);
    if (isSame(again, simulated)) return again;
  }
  return given;
}

const simulatedEnds = (node: string): Promise<SimulatedEnds> =>
  endsOf(
    node,
    [pathOf('../start.js'), '--entry', pathOf('test/net/simulated-scripts-main.ts')],
    ALL,
  ) as Promise<SimulatedEnds>;

describe('simulated net and http are as those of this Node', () => {
  let real: ScriptEnd[] = [];
  beforeAll(async () => {
    real = await realEnds(process.execPath, ALL);
  });

  it.each(NET_CONTRACT.map(([title, text], index) => ({ title, text, index })))('$title', async ({ text, index }) => {
    const simulated: ScriptEnd[] = [];
    for (const seed of SEEDS) simulated.push(await simulatedScript(text, seed));
    const expected = await realEnd(process.execPath, index, real[index], simulated[0]);
    expect(expected?.code).toBe(0);
    expect(expected?.lines.length).toBeGreaterThan(0);
    for (const [place, end] of simulated.entries()) expect(end, `seed ${SEEDS[place]}`).toEqual(expected);
  });
});

describe.skipIf(others.length === 0).each(others.length === 0 ? ['other versions'] : others)('on %s', (node) => {
  it('simulated net and http are as the real ones', async () => {
    const [real, simulated] = [await realEnds(node, ALL), await simulatedEnds(node)];
    const differing: object[] = [];
    for (const [index, [title]] of NET_CONTRACT.entries()) {
      const here = simulated.ends[index];
      const there = await realEnd(node, index, real[index], here);
      if (!isSame(here, there)) differing.push({ title, simulated: here, real: there });
    }
    expect(differing).toEqual([]);
    expect(simulated.uncovered).toEqual([]);
  });
});

it('every public member and event of the classes of net and http is covered', () => {
  expect(uncovered(NET_CONTRACT)).toEqual([]);
});
