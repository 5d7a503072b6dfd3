/** The first test that users write, one file beside a system, run from the command line. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TICKER, TICKER_SCENARIO, TICKER_WITH_LEAK } from './test/ticker.ts';
import { type Ended, Workplace } from './test/command.ts';

let place: Workplace;

const PROPERTIES_OF_TICKS = `properties: [{
  id: 'ticks-only', description: 'Only ticks arrive.', kind: 'always',
  checker: ({ check }) => ({
    observes: ['frame'],
    observe: ({ kind, phase, text }) => kind === 'text' && phase === 'delivered' && check(text === 'tick'),
  }),
}],
`;

beforeEach(() => {
  place = new Workplace();
  place.write('ticker.ts', TICKER);
  place.write('ticker.sim.ts', TICKER_SCENARIO);
});
afterEach(() => place.remove());

const runTicker = (...flags: string[]): Promise<Ended> =>
  place.run('run', 'ticker.sim.ts', '--seed-start', '0x1', ...flags);

test('holds on a system that keeps its property', async () => {
  const { code, stdout, stderr } = await runTicker('--seeds', '10');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'ticker: seeds from 0x1\n' });
  expect(stdout).toContain('1 property held');
});

test('finds a leak, shrinks the drawn value, and replays it', async () => {
  place.write('ticker.ts', TICKER_WITH_LEAK);
  const found = await runTicker('--seeds', '10', '--bail', '1');
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/visitor-\d+ +visit begins stayMs=10\n/);
  const [file = ''] = place.list('replays');
  const text = place.read(`replays/${file}`);
  expect(text).toContain('"name": "visit"');
  expect(text).toContain('"arguments": { "stayMs": 10 }');
  const replayed = await place.run('replay', `replays/${file}`);
  expect(replayed).toMatchObject({ code: 1, stdout: expect.stringContaining('exact') as string });
  // The value of the file decides how long the visitor stays, not the seed.
  place.edit(`replays/${file}`, '"stayMs": 10', '"stayMs": 2345');
  const longer = await place.run('replay', `replays/${file}`, '--verbose');
  expect(longer.stdout).toMatch(/visit begins stayMs=2345/);
});

describe('a campaign that tests nothing exits with 4, and says why', () => {
  test('no connection is accepted', async () => {
    place.write('ticker.ts', 'export const start = () => ({});');
    const { code, stdout } = await runTicker('--seeds', '3');
    expect(code).toBe(4);
    expect(stdout).toMatch(
      /not tested: no operation ended ok: \d+ failed, 0 ended unknown; the first: visitor visit: connection refused/,
    );
    expect(stdout).toMatch(/^operations\n! visitor visit {2}0\n {2}visitor visit: fail +\d+\n/m);
    expect(stdout).not.toContain('held');
    const document = JSON.parse((await runTicker('--seeds', '3', '--json')).stdout) as Record<string, unknown>;
    expect(document['untested']).toMatch(/^no operation ended ok/);
    const fail = expect.any(Number) as number;
    expect(document['operations']).toEqual([{ operation: 'visitor visit', ok: 0, fail, unknown: 0 }]);
  });

  test('the system turns every client away, so no property is judged', async () => {
    place.write(
      'ticker.ts',
      'export const start = (node) => { node.listen((socket) => socket.close(4401)); return {}; };',
    );
    place.edit('ticker.sim.ts', 'atEnd, defineScenario', 'defineScenario');
    place.edit('ticker.sim.ts', /properties: \[[^]*\],\n/g, PROPERTIES_OF_TICKS);
    const { code, stdout } = await runTicker('--seeds', '50');
    expect(code).toBe(4);
    expect(stdout).toContain('not tested: ticks-only was never judged in 50 seeds');
    expect(stdout).not.toContain('held');
    // A few seeds, or one, may happen not to judge it.
    const few = await runTicker('--seeds', '2');
    expect(few).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 properties held, 1 never judged') as string,
    });
    const single = await place.run('run', 'ticker.sim.ts', '--seed', '0x7');
    expect(single).toMatchObject({ code: 0, stdout: expect.stringContaining('! ticks-only  0') as string });
  });

  test('a mark is not reached that has to be', async () => {
    place.edit('ticker.sim.ts', 'atEnd, defineScenario', 'atEnd, defineScenario, sometimes');
    const crowd = "sometimes('a crowd', ({ ledger }) => ledger.connections().length > 99, { withinSeeds: 3 }),";
    place.edit('ticker.sim.ts', 'properties: [', `properties: [${crowd}`);
    const { code, stdout } = await runTicker('--seeds', '3');
    expect(code).toBe(4);
    expect(stdout).toContain('not tested: the mark "a crowd" was not reached in 3 seeds (withinSeeds: 3)');
    expect((await runTicker('--seeds', '2')).code).toBe(0);
    expect((await runTicker('--seeds', '2', '--require-marks')).code).toBe(4);
  });

  test('but a scenario without actors is not meant', async () => {
    place.write('ticker.sim.ts', "export default { system: './ticker.ts' };");
    const { code, stdout } = await runTicker('--seeds', '3');
    expect(code).toBe(0);
    expect(stdout).toContain('0 properties held');
  });
});

test('a misspelt key is refused by name', async () => {
  place.edit('ticker.sim.ts', "system: './ticker.ts',", "system: './ticker.ts', fault: ['latency'],");
  const { code, stderr } = await runTicker('--seeds', '3');
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^seedstorm: ticker\.sim\.ts: .* unknown key fault, did you mean faults\? \(expected one of: [^\n]+\)\n$/,
  );
});
