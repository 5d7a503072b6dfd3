import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { replaySchema } from '../sim/replay/schema.ts';
import { listReplays } from '../sim/replay/replay-store.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
const schema = read('./replay.schema.json') as { properties: Record<string, { properties?: object }> };
const page = readFileSync(new URL('./replay-format.md', import.meta.url), 'utf8');
const fits = new Ajv2020().compile(schema);
const replays = listReplays(new URL('../replays', import.meta.url).pathname);

/** The names in the first column of the table whose heading row begins so, from `after` on. */
function fieldsBelow(after: string): string[] {
  const rows = page.slice(page.indexOf(after)).split('\n');
  const start = rows.findIndex((row) => row.startsWith('| field |'));
  const table = rows.slice(start + 2);
  return table
    .slice(
      0,
      table.findIndex((row) => !row.startsWith('|')),
    )
    .map((row) => row.split('`')[1] ?? '');
}

describe('the schema', () => {
  it('is what files are read with', () => {
    // To renew it: print this value, indented by two, into docs/replay.schema.json.
    expect(schema).toEqual(z.toJSONSchema(replaySchema, { io: 'input', unrepresentable: 'any' }));
  });

  it('fits every file in replays/', () => {
    expect(replays.length).toBeGreaterThan(0);
    for (const file of replays)
      expect([fits(JSON.parse(readFileSync(file, 'utf8'))), fits.errors]).toEqual([true, null]);
  });

  it.each([
    ['a field that is not known', (replay: Record<string, unknown>) => ({ ...replay, more: 1 })],
    ['a number beyond its limit', (replay: Record<string, unknown>) => ({ ...replay, node: 1e9 })],
    ['another format', (replay: Record<string, unknown>) => ({ ...replay, format: 'other' })],
    ['a field that is missing', ({ plan: _plan, ...replay }: Record<string, unknown>) => replay],
  ])('refuses %s', (_name, change) => {
    const [file = ''] = replays;
    expect(fits(change(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>))).toBe(false);
  });
});

describe('the page', () => {
  it('lists exactly the fields of a replay', () => {
    expect(fieldsBelow('## Read a file').sort()).toEqual(Object.keys(schema.properties).sort());
  });

  it('gives the range of choices', () => {
    const choices = schema.properties['choices'] as { additionalProperties?: object };
    expect(choices.additionalProperties).toMatchObject({ minimum: 0, exclusiveMaximum: 1 });
    expect(page.match(/a number from \d.*?\d/g)).toEqual(['a number from 0 to below 1', 'a number from 0 to below 1']);
  });

  it('lists exactly the fields of a plan', () => {
    expect(fieldsBelow('## Read the plan').sort()).toEqual(
      Object.keys(schema.properties['plan']?.properties ?? {}).sort(),
    );
  });
});
