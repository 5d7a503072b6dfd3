/**
 * Checks the table in the README: the property finds each race within the given number of seeds,
 * and holds for the correct code.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { run } from 'seedstorm';
import { simulate } from 'seedstorm/vitest';
import { casesOf, RUNS_LONG_TESTS } from '../../sim/cli/test/long.ts';

const table = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
const races = [...table.matchAll(/^\| `([a-z-]+)` \|.*\| (\d+) \|$/gm)].map(([, name = '', seeds]) => ({
  name,
  seeds: Number(seeds),
}));

test('the table lists every race', () => expect(races).toHaveLength(9));

describe.each(casesOf('all races but one', races))('$name', ({ name, seeds }) => {
  const scenario = `./${name}/scenario.ts`;

  simulate('holds without the race', scenario, { seeds: RUNS_LONG_TESTS ? 60 : 20 });

  test('the race is found by its property and shrinks to a small plan', async () => {
    const url = new URL(scenario, import.meta.url);
    const { findings } = await run(url, { variant: 'race', seeds, seedStart: '0x1', bail: 1, shrinkMs: 3000 });
    const [found] = findings;
    const { properties } = await import(url.href).then(
      ({ default: it }: { default: { properties: { id: string }[] } }) => it,
    );
    expect(found?.failure).toMatchObject({ verdict: 'violation', property: properties[0]?.id });
    expect(found?.replayed).toEqual({ same: 3, of: 3 });
    expect(found?.shrunk?.after.operations).toBeLessThanOrEqual(8);
    expect(found?.shrunk?.after.faults).toBeLessThanOrEqual(1);
  });
});
