import { describe, expect, it } from 'vitest';
import type { Plan } from '../plan/plan.ts';
import type { SystemImage } from '../system/image.ts';
import { mainImage } from '../world/test/run-main.ts';
import { executeRun, RunResources } from './execute-run.ts';
import type { Property } from './property.ts';
import type { Scenario, SystemDefinition } from './scenario.ts';
import { boardScenario } from './test/notice-board.ts';

const plan: Plan = { seed: '0x1', chaosMs: 2000, nodes: 1, faults: [], cohorts: [], operations: [] };

function run(text: string, system: Partial<SystemDefinition> = {}, changes: Partial<Scenario> = {}) {
  const image: SystemImage = { codeHash: 'main', instantiate: mainImage(text) };
  const scenario = boardScenario({ system: { entry: 'main.ts', ...system }, actors: {}, properties: [], ...changes });
  return executeRun(scenario, image, plan, new RunResources(), { detailed: true });
}

const SERVES = 'setInterval(() => {}, 1000);';

describe('a scenario with a main module', () => {
  it('sets variables of the environment for each node', async () => {
    const text = `${SERVES} console.log(process.env.PORT, process.env.OWN);`;
    const lines = async (env: SystemDefinition['env']) =>
      (await run(text, { env })).records.flatMap((record) => (record.type === 'probe' ? [record.fields['line']] : []));
    expect(await lines({ OWN: 'fixed' })).toEqual(['3000 fixed']);
    expect(await lines((node) => ({ OWN: node, PORT: '1' }))).toEqual(['1 node-1']);
  });

  it('draws variables from the seed: the same for all nodes, of several values, and 0 in a minimal run', async () => {
    const image: SystemImage = {
      codeHash: 'main',
      instantiate: mainImage(`${SERVES} console.log(process.env.DRAWN);`),
    };
    const env: SystemDefinition['env'] = (_node, draw) => ({ DRAWN: String(draw.fraction('share')) });
    const scenario = boardScenario({ system: { entry: 'main.ts', env }, actors: {}, properties: [] });
    const drawn = async (changes: Partial<Plan>, choices = {}) => {
      const options = { detailed: true, choices };
      const { records } = await executeRun(scenario, image, { ...plan, ...changes }, new RunResources(), options);
      const lines = records.flatMap((record) => (record.type === 'probe' ? [Number(record.fields['line'])] : []));
      expect(new Set(lines).size).toBe(1);
      return lines;
    };
    const [first = -1, second] = await drawn({ nodes: 2 });
    expect(second).toBe(first);
    expect(first).toBeGreaterThan(0);
    expect(await drawn({})).toEqual([first]);
    expect(await drawn({ seed: '0x2' })).not.toEqual([first]);
    expect(await drawn({ minimal: true })).toEqual([0]);
    expect(await drawn({ minimal: true }, { 'env/share/0': 0.5 })).toEqual([0.5]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no secret');
      },
      /^system\.env for node-1 threw: Error: no secret/,
    ],
    ['returns no strings', () => ({ PORT: 1 }) as never, /^system\.env for node-1 is invalid: expected an object/],
  ])('is in error if system.env %s', async (_, env, text) => {
    const { failure } = await run(SERVES, { env });
    expect(failure).toMatchObject({ verdict: 'scenario-error', signature: 'scenario-error: system.env' });
    expect(failure?.text).toMatch(text);
  });

  it('is in error if the module ends and has never listened', async () => {
    const { failure } = await run('console.log("begins");');
    expect(failure).toMatchObject({ verdict: 'scenario-error', signature: 'scenario-error: main module', atMs: 0 });
    expect(failure?.text).toMatch(/^the main module of node-1 ended before it listened: exit code 0 at 0 ms\. A main/);
  });

  it('has properties that observe its output and its exits', async () => {
    const seen: string[] = [];
    const property: Property = {
      id: 'exits-well',
      description: 'no process fails',
      kind: 'always',
      checker: ({ check }) => ({
        observe(record) {
          if (record.type === 'probe') seen.push(Object.values(record.fields).join(' '));
          if (record.type === 'node' && record.exit !== undefined) check(record.exit.code === 0, 'the process failed');
        },
      }),
    };
    const text = `${SERVES} console.log('one'); setTimeout(() => { console.error('two'); process.exit(5); }, 100);`;
    const { failure } = await run(text, {}, { properties: [property] });
    expect(seen).toEqual(['stdout one', 'stderr two']);
    expect(failure).toMatchObject({ verdict: 'violation', text: 'the process failed' });
  });

  it('crashes with an uncaught error, even before it has listened', async () => {
    const { failure } = await run("throw new TypeError('at once');");
    expect(failure).toMatchObject({ verdict: 'crash' });
  });

  it('makes no progress if no process becomes ready', async () => {
    const { failure } = await run(`${SERVES} await new Promise(() => {});`);
    expect(failure).toMatchObject({ verdict: 'no-progress', signature: 'no-progress: start' });
  });
});
