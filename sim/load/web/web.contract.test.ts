/**
 * Runs the same scripts with the published `undici` on real sockets, and with the simulated globals
 * of the web on simulated ones, and compares what they write.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { runsLong } from '../../cli/test/long.ts';
import type { ScriptEnd } from '../../world/test/net/entry.ts';
import { isSame, pathOf, realEnd, realEnds, runWith } from '../../world/test/net/script-ends.ts';
import { simulatedWeb } from './test/simulated-web.ts';
import { WEB_CONTRACT } from './test/web-contract.ts';
import { realWeb, WEB_PRELUDE } from './test/web-prelude.ts';

const isLong = runsLong('three of four scripts of fetch and WebSocket, and further seeds');
/** Each seed has different delays and splits. */
const SEEDS = isLong ? [1, 2] : [1];
const SCRIPTS = WEB_CONTRACT.filter((_, index) => isLong || index % 4 === 0);
const others = (process.env['SEEDSTORM_NODE_BINARIES'] ?? '').split(':').filter((path) => path !== '');
const REAL_PRELUDE = realWeb(createRequire(import.meta.url).resolve('undici')) + WEB_PRELUDE;
const ALL = WEB_CONTRACT.map(([, text]) => text);

const realWebEnds = (node: string, texts: readonly string[]): Promise<ScriptEnd[]> =>
  realEnds(node, REAL_PRELUDE, texts);

const simulatedEnds = (node: string): Promise<ScriptEnd[]> =>
  runWith(
    node,
    [pathOf('../../../start.js'), '--entry', fileURLToPath(new URL('test/simulated-web-main.ts', import.meta.url))],
    [],
  ) as Promise<ScriptEnd[]>;

describe('simulated fetch and WebSocket are as those of undici', () => {
  let real: ScriptEnd[] = [];
  beforeAll(async () => {
    real = await realWebEnds(
      process.execPath,
      SCRIPTS.map(([, text]) => text),
    );
  });

  it.each(SCRIPTS.map(([title, text], index) => ({ title, text, index })))('$title', async ({ text, index }) => {
    const simulated: ScriptEnd[] = [];
    for (const seed of SEEDS) simulated.push(await simulatedWeb(text, seed));
    const expected = await realEnd(() => realWebEnds(process.execPath, [text]), real[index], simulated[0]);
    expect(expected?.code).toBe(0);
    expect(expected?.lines.length).toBeGreaterThan(0);
    for (const [place, end] of simulated.entries()) expect(end, `seed ${SEEDS[place]}`).toEqual(expected);
  });
});

describe.skipIf(others.length === 0).each(others.length === 0 ? ['other versions'] : others)('on %s', (node) => {
  it('simulated fetch and WebSocket are as the real ones', async () => {
    const [real, simulated] = [await realWebEnds(node, ALL), await simulatedEnds(node)];
    const differing: object[] = [];
    for (const [index, [title, text]] of WEB_CONTRACT.entries()) {
      const here = simulated[index];
      const there = await realEnd(() => realWebEnds(node, [text]), real[index], here);
      if (!isSame(here, there)) differing.push({ title, simulated: here, real: there });
    }
    expect(differing).toEqual([]);
  });
});
