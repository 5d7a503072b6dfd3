import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runsLong } from '../sim/cli/test/long.ts';
import type { SourceEdit } from '../sim/index.ts';
import { parseReplay } from '../sim/replay/parse.ts';
import { listReplays } from '../sim/replay/replay-store.ts';
import { mutants } from './mutants.ts';
import { loadGateway, runPlan } from './test/gateway-runs.ts';

const files = listReplays(new URL('../replays', import.meta.url).pathname);
const ofGateway = files
  .map((file) => ({ name: file.slice(file.lastIndexOf('/') + 1), replay: parseReplay(readFileSync(file)) }))
  .filter(({ replay }) => replay.scenario === 'properties/gateway.ts');

/**
 * Changes of the gateway without effect on a run: a log line, an unused value, a function moved
 * elsewhere.
 */
const harmless: readonly SourceEdit[] = [
  {
    file: '../core/conversation.ts',
    within: 'Conversation.receive',
    find: "if (connection.state === 'closed') return;",
    put: "if (connection.state === 'closed') return;\n    console.info('a frame of', connection.id);",
  },
  {
    file: '../core/sweeper.ts',
    within: 'Sweeper.run',
    find: 'while (!signal.aborted) {',
    put: 'while (!signal.aborted) {\n      new Map([[1, 2]]).get(1);',
  },
  {
    file: '../core/registry.ts',
    within: 'Registry.subscriberCount',
    find: 'return this.#bySymbol.sizeOf(symbol);',
    put: 'return sizeElsewhere(this.#bySymbol, symbol);\n    function sizeElsewhere(groups: MultiMap<string, Entry>, name: string): number {\n      return groups.sizeOf(name);\n    }',
  },
];

const editsOf = (variant: string | null): readonly SourceEdit[] =>
  mutants.find(({ id }) => id === variant)?.edits ?? [];

const isLong = runsLong('replays on the unmodified gateway, and after changes without effect');

describe('replays/', () => {
  it('contains a replay of each mutant', () => {
    const variants = new Set(ofGateway.map(({ replay }) => replay.variant));
    for (const { id } of mutants) expect(variants).toContain(id);
  });

  describe.each(ofGateway)('$name', ({ replay }) => {
    const { variant, digest, expected } = replay;

    it.skipIf(variant === null)('is exact on its variant', async () => {
      const { failure, digest: actual } = await runPlan(await loadGateway(editsOf(variant)), replay);
      expect(failure?.signature).toBe(expected.onVariant.signature);
      // After a change of behaviour, `npm run sim -- defects` saves the replays again.
      expect(actual).toBe(digest);
    });

    it.runIf(isLong)('does not fail on the unmodified gateway', async () => {
      expect((await runPlan(await loadGateway(), replay)).failure).toBeNull();
    });

    it.runIf(isLong && variant !== null)('fails in the same way after changes without effect', async () => {
      const { failure } = await runPlan(await loadGateway([...editsOf(variant), ...harmless]), replay);
      expect(failure?.signature).toBe(expected.onVariant.signature);
    });
  });
});
