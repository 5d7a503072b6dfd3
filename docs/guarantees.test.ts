/** Compares docs/guarantees.md with the properties, mutants and marks, in both directions. */
import { describe, expect, test } from 'vitest';
import gateway from '../properties/gateway.ts';
import server from '../properties/server.ts';
import { mutants } from '../properties/mutants.ts';
import { clauses } from '../properties/test/clauses.ts';
import { gatewayScenario, loadGateway, runSeed, serverScenario } from '../properties/test/gateway-runs.ts';
import { sharedPriceClauses } from '../properties/test/shared-price-clauses.ts';
import { nameOfMark } from '../sim/run/property.ts';
import { runsLong } from '../sim/cli/test/long.ts';
import { formatSeed } from '../sim/kernel/seed.ts';
import { differences } from './compare.ts';
import { tableWith } from './markdown.ts';
import { textOf } from './test/repository.ts';

const { rows } = tableWith(textOf('docs/guarantees.md'), 'id', 'guarantee', 'property', 'mutants', 'mark');
const guarantees = rows.map(([id = '', sentence = '', file = '', planted = '', mark = '']) => ({
  id,
  sentence,
  file,
  property: /^ {2}id: '([\w-]+)',$/m.exec(textOf(file))?.[1] ?? '',
  planted: planted.split('; ').map((name) => name.replaceAll('`', '')),
  mark,
}));

const properties = [gateway, server].flatMap((scenario) => scenario.properties ?? []);
const marks = properties.flatMap((property) => property.marks?.map(nameOfMark) ?? []);

/** The mutants that random seeds find, by the property that finds them. */
const findable = [
  ...mutants.map(({ id, expected }) => ({ name: id, property: expected ?? '' })),
  ...[...clauses, ...sharedPriceClauses]
    .filter(({ plan }) => plan === undefined)
    .map(({ broken, property }) => ({ name: broken, property })),
];

test('every property has a guarantee, and every guarantee a property', () => {
  const judging = new Set(properties.filter(({ kind }) => kind !== 'sometimes').map(({ id }) => id));
  expect(differences([...new Set(guarantees.map(({ property }) => property))], [...judging])).toEqual([]);
});

describe.each(guarantees)('$id', ({ id, sentence, property, planted, mark }) => {
  test('is one sentence, with a name that no other has', () => {
    expect(sentence).toMatch(/^[A-Z][^.]*(\.\w[^.]*)*\.$/);
    expect(guarantees.filter((other) => other.id === id)).toHaveLength(1);
  });

  test('has two mutants that random seeds find', () => {
    expect(new Set(planted).size).toBe(2);
    for (const name of planted) expect(findable).toContainEqual({ name, property });
  });

  test('has a mark', () => {
    expect(marks).toContain(mark);
  });
});

test('no two guarantees have the same mutant', () => {
  const planted = guarantees.flatMap((guarantee) => guarantee.planted);
  expect(new Set(planted).size).toBe(planted.length);
});

test.runIf(runsLong('reaching every mark, and judging every property'))(
  '200 seeds reach every mark and judge every property',
  async () => {
    const missing = new Set<string>();
    const run = async (scenario: typeof serverScenario, judged: typeof guarantees): Promise<void> => {
      const loaded = await loadGateway([], null, scenario);
      const unseen = new Set(judged.flatMap(({ mark, property }) => [mark, property]));
      for (let number = 1; number <= 200 && unseen.size > 0; number += 1) {
        const { checked, marks: reached } = await runSeed(loaded, formatSeed(BigInt(number)));
        for (const name of [...Object.keys(reached), ...Object.keys(checked)]) unseen.delete(name);
      }
      for (const name of unseen) missing.add(name);
    };
    const inGateway = new Set(gateway.properties?.map(({ id }) => id));
    await run(
      gatewayScenario,
      guarantees.filter(({ property }) => inGateway.has(property)),
    );
    await run(
      serverScenario,
      guarantees.filter(({ property }) => !inGateway.has(property)),
    );
    expect([...missing]).toEqual([]);
  },
);
