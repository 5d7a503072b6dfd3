/** What becomes of a replay of the gateway when somebody edits the gateway, or the file. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('a replay of the gateway is', () => {
  it('exact while nothing has changed', async () => {
    const { verdict, report } = await again();
    expect([verdict, report?.digest]).toEqual(['exact', copy.read().digest]);
  });

  it('exact when the gateway has changed in a way that nobody can see', async () => {
    copy.edit('core/sweeper.ts', '#judge(', '// a remark\n  #judge(');
    copy.edit('core/sweeper.ts', 'let evicted = 0;', 'let evicted = 0; const unused = [evicted]; void unused;');
    expect((await again()).verdict).toBe('exact');
  });

  it('drifted when the gateway does other things, and fails all the same', async () => {
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

  it('gone when the gateway is mended, although the defect is planted', async () => {
    const started = "supervisor.spawn({ label: 'sweep', owner: 'gateway' }, (signal) => sweeper.run(signal));";
    copy.edit('core/gateway.ts', started, `${started}\n  ${started.replace("'sweep'", "'sweep-anyway'")}`);
    const { verdict, report } = await again();
    expect([verdict, report?.failure]).toEqual(['fixed', null]);
  });

  it('other when the gateway fails in another way', async () => {
    copy.edit('core/conversation.ts', /^ {2}receive\(.*$/m, "$&\n    void Promise.reject(new RangeError('another'));");
    const { verdict, report } = await again();
    expect([verdict, report?.failure?.verdict]).toEqual(['different-failure', 'crash']);
  });

  it('diverged when the code is the same, and the run is not', async () => {
    const { report } = await again();
    copy.editReplay(/"codeHash": "\w+"/, `"codeHash": "${report?.codeHash}"`);
    expect((await again()).verdict).toBe('exact');
    copy.editReplay(/"digest": "\w+"/, '"digest": "0123456789abcdef"');
    // Another version of Node counts as other code.
    copy.editReplay(/"node": \d+/, '"node": 1');
    expect((await again()).verdict).toBe('same-failure');
    copy.editReplay('"node": 1', `"node": ${process.versions.node.split('.', 1)[0]}`);
    expect((await again()).verdict).toBe('diverged');
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    ['a variant', /"variant": "[^"]+"/, '"variant": "forgotten"', /unknown variant forgotten/],
    ['an operation', /"name": "authenticate"/, '"name": "fly"', /client: unknown operation fly/],
    ['an actor', /"actor": "client-\d+"/, '"actor": "stranger-1"', /unknown actor stranger/],
    ['a scenario', 'properties/gateway.ts', 'properties/other.ts', /there is no scenario properties\/other\.ts/],
  ])('unreplayable when it names %s that is not there', async (_what, find, put, reason) => {
    copy.editReplay(find, put);
    const { verdict, reason: said, report } = await again();
    expect([verdict, report]).toEqual(['invalid', null]);
    expect(said).toMatch(reason);
  });

  it('unreplayable when the gateway no longer has what its variant edits', async () => {
    copy.edit('core/gateway.ts', '(signal) => sweeper.run(signal)', '(stop) => sweeper.run(stop)');
    const { verdict, reason } = await again();
    expect(verdict).toBe('invalid');
    expect(reason).toMatch(/createGateway/);
  });

  it('refused when the file is not in order', async () => {
    copy.editReplay('"seed":', '"__proto__":');
    await expect(again()).rejects.toThrow(ReplayError);
  });
});
