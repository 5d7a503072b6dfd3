/**
 * Two versions of one system: each starts from nothing in each process, and each has separate
 * packages. A variant is in both if it fits both.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { AmbientHost, SystemImage } from '../system/image.ts';
import { ManualHost } from '../ambient/test/manual-host.ts';
import type { BundleSystemOptions } from './bundle.ts';
import { VariantError } from './errors.ts';
import { Project, startProcess } from './test/project.ts';

const projects: Project[] = [];

afterEach(() => {
  for (const made of projects.splice(0)) made.remove();
});

const counter = (step: number) => `let count = 0; exports.next = () => (count += ${step});`;

const files = {
  'node_modules/counter/package.json': '{"name":"counter"}',
  'node_modules/counter/index.js': counter(1),
  'node_modules/counter-2/package.json': '{"name":"counter-2"}',
  'node_modules/counter-2/index.js': counter(10),
  'system.ts': `
    import { next } from 'counter';
    import { limit } from './limit.ts';
    let starts = 0;
    export const start = () => ({ starts: ++starts, next: next(), limit: limit(5) });`,
  'before.ts': `
    import { next } from 'counter-2';
    import { limit } from './limit.ts';
    let starts = 100;
    export const start = () => ({ next: next(), starts: ++starts, limit: limit(5) });`,
  'limit.ts': 'export function limit(n: number) { return Math.min(n, 3); }',
};

function project(): Project {
  const made = new Project(files);
  projects.push(made);
  return made;
}

/** The results of processes of these versions, started one after another. */
async function startEach(image: SystemImage, versions: readonly ('current' | 'other')[]): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const version of versions) results.push(await startProcess(versionOf(image, version), new ManualHost()));
  return results;
}

function versionOf(image: SystemImage, version: 'current' | 'other'): SystemImage {
  const instantiate = version === 'current' ? image.instantiate : image.instantiateOther;
  if (instantiate === undefined) throw new Error('the image has no other version');
  return { ...image, instantiate };
}

const image = (options: Partial<BundleSystemOptions>, current: () => AmbientHost | null = () => null) =>
  project().image(current, options);

const inLimit = { file: './limit.ts', within: 'limit', find: 'Math.min(n, 3)' };

describe('two versions', () => {
  test('from another entry: fresh modules in each process, packages shared within a version', async () => {
    const both = await image({ otherVersion: { entry: './before.ts' } });
    expect(await startEach(both, ['current', 'other', 'current', 'other'])).toEqual([
      { starts: 1, next: 1, limit: 3 },
      { starts: 101, next: 10, limit: 3 },
      { starts: 1, next: 2, limit: 3 },
      { starts: 101, next: 20, limit: 3 },
    ]);
  });

  test('from edits: each has its own instance of a package, with separate state', async () => {
    const both = await image({ otherVersion: { edits: [{ ...inLimit, put: 'Math.min(n, 2)' }] } });
    expect(await startEach(both, ['current', 'other', 'current', 'other'])).toEqual([
      { starts: 1, next: 1, limit: 3 },
      { starts: 1, next: 1, limit: 2 },
      { starts: 1, next: 2, limit: 3 },
      { starts: 1, next: 2, limit: 2 },
    ]);
  });

  test('from another entry with edits, which do not change the current version', async () => {
    const edits = [{ ...inLimit, put: 'n' }];
    const both = await image({ otherVersion: { entry: './before.ts', edits } });
    expect(await startEach(both, ['current', 'other'])).toMatchObject([{ limit: 3 }, { starts: 101, limit: 5 }]);
  });

  test('exist only if the scenario declares another one', async () => {
    expect(await image({})).not.toHaveProperty('instantiateOther');
  });

  test('share one hash, which depends on both, and list the files of both', async () => {
    const made = project();
    const otherVersion = { entry: './before.ts' };
    const [alone, both] = [await made.bundle(), await made.bundle({ otherVersion })];
    made.write({ 'before.ts': `${files['before.ts']}\nexport const more = 1;` });
    const changed = await made.bundle({ otherVersion });
    made.write({ 'node_modules/counter-2/index.js': counter(11) });
    const changedPackage = await made.bundle({ otherVersion });
    const hashes = [alone, both, changed, changedPackage].map(({ codeHash }) => codeHash);
    expect(new Set(hashes).size).toBe(3);
    expect(changed.otherVersion?.systemCode).toBe(both.otherVersion?.systemCode);
    expect((await made.bundle()).codeHash).toBe(alone.codeHash);
    expect(both.files).toContain(`${made.folder}/before.ts`);
    expect(structuredClone(both)).toEqual(both);
  });

  test('list the packages of both, and each evaluates stateful ones and their importers for each process', async () => {
    const made = project();
    made.write({
      'node_modules/ticket/package.json': '{"name":"ticket"}',
      'node_modules/ticket/index.js': "exports.next = () => require('counter-2').next();",
      'before.ts': files['before.ts'].replace("'counter-2'", "'ticket'"),
    });
    const otherVersion = { entry: './before.ts' };
    expect((await made.bundle({ otherVersion })).packages).toEqual(['counter', 'ticket', 'counter-2']);
    const statefulPackages = ['counter-2'];
    expect((await made.bundle({ otherVersion, statefulPackages })).packages).toEqual(['counter']);
    const both = await made.image(() => null, { otherVersion, statefulPackages });
    expect(await startEach(both, ['current', 'other', 'current', 'other'])).toMatchObject([
      { next: 1 },
      { next: 10 },
      { next: 2 },
      { next: 10 },
    ]);
  });

  test('have separate texts, in which a place is found', async () => {
    const both = await image({ otherVersion: { entry: './before.ts' } });
    const places = ['system.js', 'other/system.js'].map((text) => ({ text, line: 1000 }));
    expect(places.map((place) => both.fileAt?.(place))).toEqual(['system.ts', 'before.ts']);
  });
});

describe('a variant', () => {
  const edits = [{ ...inLimit, put: 'Math.min(n, 4)' }];

  test('is in both versions if it fits both', async () => {
    const both = await image({ edits, otherVersion: { entry: './before.ts' } });
    expect(await startEach(both, ['current', 'other'])).toMatchObject([{ limit: 4 }, { limit: 4 }]);
  });

  test('is applied after the edits of the other version', async () => {
    const own = [{ ...inLimit, find: 'return ', put: 'return 10 * ' }];
    const both = await image({ edits, otherVersion: { edits: own } });
    expect(await startEach(both, ['current', 'other'])).toMatchObject([{ limit: 4 }, { limit: 40 }]);
    const gone = await image({ edits, otherVersion: { edits: [{ ...inLimit, put: '2' }] } });
    expect(await startEach(gone, ['current', 'other'])).toMatchObject([{ limit: 4 }, { limit: 2 }]);
  });

  test('with several edits is in the other version completely or not at all', async () => {
    const ofCurrent = { file: './system.ts', within: 'start', find: '({ starts: ++starts', put: '({ starts: 7' };
    const both = await image({ edits: [...edits, ofCurrent], otherVersion: { entry: './before.ts' } });
    expect(await startEach(both, ['current', 'other'])).toMatchObject([
      { starts: 7, limit: 4 },
      { starts: 101, limit: 3 },
    ]);
  });

  test('that does not fit the current version is an error, even if it fits the other one', async () => {
    const ofOther = [{ file: './before.ts', within: 'start', find: 'next(), starts: ++starts', put: 'starts: 7' }];
    await expect(image({ edits: ofOther, otherVersion: { entry: './before.ts' } })).rejects.toThrow(VariantError);
  });
});

describe('an error of the other version names it', () => {
  test.each([
    [
      { edits: [{ ...inLimit, find: 'Math.max', put: '' }] },
      'the other version: ./limit.ts: limit: "Math.max": text not found in the function',
    ],
    [{ entry: './gone.ts' }, 'the other version: gone.ts: no such file'],
  ])('%j', async (otherVersion, message) => {
    await expect(image({ otherVersion })).rejects.toThrow(message);
  });

  test('a missing export', async () => {
    const made = project();
    made.write({ 'before.ts': 'export const begin = 1;' });
    const otherVersion = { entry: './before.ts' };
    await expect(made.image(() => null, { start: 'start', otherVersion })).rejects.toThrow(
      'the other version: before.ts: has no export named "start"',
    );
  });
});
