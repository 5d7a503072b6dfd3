/** The verdict of a replay of the gateway after edits of the gateway or of the replay file. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runsLong } from '../sim/cli/test/long.ts';
import { replay, ReplayError, type ReplayOutcome } from '../sim/index.ts';
import { listReplays } from '../sim/replay/replay-store.ts';
import { GatewayCopy } from './test/gateway-copy.ts';

const SAVED = listReplays(new URL('../replays', import.meta.url).pathname)
  .map((file) => path.basename(file))
  .find((name) => name.startsWith('silent-connections-leave-'));

let copy: GatewayCopy;

beforeEach(() => {
  copy = new GatewayCopy(SAVED ?? 'none.json');
});

afterEach(() => copy.remove());

const again = (): Promise<ReplayOutcome> => replay(copy.replayFile, { folder: copy.folder });

const isLong = runsLong('replays of a gateway that behaves or fails differently');

describe('a replay of the gateway is', () => {
  it('exact without changes', async () => {
    const { verdict, report } = await again();
    expect([verdict, report?.digest]).toEqual(['exact', copy.read().digest]);
  });

  it.runIf(isLong)('exact after changes of the gateway without effect', async () => {
    copy.edit('core/sweeper.ts', '#verdictOf(', '// a comment\n  #verdictOf(');
    copy.edit('core/sweeper.ts', 'let evicted = 0;', 'let evicted = 0; const unused = [evicted]; void unused;');
    expect((await again()).verdict).toBe('exact');
  });

  it.runIf(isLong)('same-failure when the gateway behaves differently but still fails', async () => {
    copy.edit(
      'core/gateway.ts',
      'const sweeper = new Sweeper({',
      "probe.note('about to sweep');\n  const sweeper = new Sweeper({",
    );
    const { verdict, report } = await again();
    expect(verdict).toBe('same-failure');
    expect(report?.failure?.signature).toBe(copy.read().expected.onVariant.signature);
    expect(report?.digest).not.toBe(copy.read().digest);
  });

  it('fixed when the gateway is fixed, although the mutant is planted', async () => {
    const started = "supervisor.spawn({ label: 'sweep', owner: 'gateway' }, (signal) => sweeper.run(signal));";
    copy.edit('core/gateway.ts', started, `${started}\n  ${started.replace("'sweep'", "'sweep-anyway'")}`);
    const { verdict, report } = await again();
    expect([verdict, report?.failure]).toEqual(['fixed', null]);
  });

  it.runIf(isLong)('different-failure when the gateway fails differently', async () => {
    copy.edit('core/conversation.ts', /^ {2}receive\(.*$/m, "$&\n    void Promise.reject(new RangeError('another'));");
    const { verdict, report } = await again();
    expect([verdict, report?.failure?.verdict]).toEqual(['different-failure', 'crash']);
  });

  it.runIf(isLong)('diverged when the code is the same but the run differs', async () => {
    const { report } = await again();
    copy.editReplay(/"codeHash": "\w+"/, `"codeHash": "${report?.codeHash}"`);
    expect((await again()).verdict).toBe('exact');
    copy.editReplay(/"digest": "\w+"/, '"digest": "0123456789abcdef"');
    // A different version of Node counts as different code.
    copy.editReplay(/^ {2}"node": \d+/m, '  "node": 1');
    expect((await again()).verdict).toBe('same-failure');
    copy.editReplay('  "node": 1,', `  "node": ${process.versions.node.split('.', 1)[0]},`);
    expect((await again()).verdict).toBe('diverged');
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    ['a variant', /"variant": "[^"]+"/, '"variant": "forgotten"', /forgotten/],
    ['an operation', /"name": "authenticate"/, '"name": "fly"', /\bfly\b/],
    ['an actor', /"actor": "client-\d+"/, '"actor": "stranger-1"', /stranger/],
    ['a scenario', 'properties/gateway.ts', 'properties/other.ts', /properties\/other\.ts/],
  ])('invalid when it names %s that does not exist', async (_what, find, put, reason) => {
    copy.editReplay(find, put);
    const { verdict, reason: actualReason, report } = await again();
    expect([verdict, report]).toEqual(['invalid', null]);
    expect(actualReason).toMatch(reason);
  });

  it('invalid when an edit of its variant no longer fits', async () => {
    copy.edit('core/gateway.ts', '(signal) => sweeper.run(signal)', '(stop) => sweeper.run(stop)');
    const { verdict, reason } = await again();
    expect(verdict).toBe('invalid');
    expect(reason).toMatch(/createGateway/);
  });

  it('rejected when the file is invalid', async () => {
    copy.editReplay('"seed":', '"__proto__":');
    await expect(again()).rejects.toThrow(ReplayError);
  });
});
