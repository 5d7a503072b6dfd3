/**
 * Two versions of one system: each from nothing in each process, each with packages of its own, and
 * a variant in both where it fits.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { AmbientHost, SystemImage } from '../system/image.ts';
import { ManualHost } from '../ambient/test/manual-host.ts';
import type { BundleSystemOptions } from './bundle.ts';
import { VariantError } from './errors.ts';
import { live, Project } from './test/project.ts';

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
    let lives = 0;
    export const start = () => ({ lives: ++lives, next: next(), limit: limit(5) });`,
  'before.ts': `
    import { next } from 'counter-2';
    import { limit } from './limit.ts';
    let lives = 100;
    export const start = () => ({ next: next(), lives: ++lives, limit: limit(5) });`,
  'limit.ts': 'export function limit(n: number) { return Math.min(n, 3); }',
};

function project(): Project {
  const made = new Project(files);
  projects.push(made);
  return made;
}

/** One process after the other, by version. */
async function lives(image: SystemImage, versions: readonly ('current' | 'other')[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const version of versions) seen.push(await live(versionOf(image, version), new ManualHost()));
  return seen;
}

function versionOf(image: SystemImage, version: 'current' | 'other'): SystemImage {
  const instantiate = version === 'current' ? image.instantiate : image.instantiateOther;
  if (instantiate === undefined) throw new Error('there is no other version');
  return { ...image, instantiate };
}

const image = (options: Partial<BundleSystemOptions>, current: () => AmbientHost | null = () => null) =>
  project().image(current, options);

const inLimit = { file: './limit.ts', within: 'limit', find: 'Math.min(n, 3)' };

describe('two versions', () => {
  test('from another entry: fresh modules in each process, packages that stay for each version', async () => {
    const both = await image({ otherVersion: { entry: './before.ts' } });
    expect(await lives(both, ['current', 'other', 'current', 'other'])).toEqual([
      { lives: 1, next: 1, limit: 3 },
      { lives: 101, next: 10, limit: 3 },
      { lives: 1, next: 2, limit: 3 },
      { lives: 101, next: 20, limit: 3 },
    ]);
  });

  test('from edits: the same package is there twice, each with a state of its own', async () => {
    const both = await image({ otherVersion: { edits: [{ ...inLimit, put: 'Math.min(n, 2)' }] } });
    expect(await lives(both, ['current', 'other', 'current', 'other'])).toEqual([
      { lives: 1, next: 1, limit: 3 },
      { lives: 1, next: 1, limit: 2 },
      { lives: 1, next: 2, limit: 3 },
      { lives: 1, next: 2, limit: 2 },
    ]);
  });

  test('from another entry that is edited as well, which leaves the current version as it is', async () => {
    const edits = [{ ...inLimit, put: 'n' }];
    const both = await image({ otherVersion: { entry: './before.ts', edits } });
    expect(await lives(both, ['current', 'other'])).toMatchObject([{ limit: 3 }, { lives: 101, limit: 5 }]);
  });

  test('none is there unless it was asked for', async () => {
    expect(await image({})).not.toHaveProperty('instantiateOther');
  });

  test('have one hash, which depends on both, and the files of both', async () => {
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

  test('name the packages of both, and each evaluates those with state anew, with who imports them', async () => {
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
    expect(await lives(both, ['current', 'other', 'current', 'other'])).toMatchObject([
      { next: 1 },
      { next: 10 },
      { next: 2 },
      { next: 10 },
    ]);
  });

  test('have texts of their own, in which a place is found again', async () => {
    const both = await image({ otherVersion: { entry: './before.ts' } });
    const places = ['system.js', 'other/system.js'].map((text) => ({ text, line: 1000 }));
    expect(places.map((place) => both.fileAt?.(place))).toEqual(['system.ts', 'before.ts']);
  });
});

describe('a variant', () => {
  const edits = [{ ...inLimit, put: 'Math.min(n, 4)' }];

  test('is in both versions where it fits both', async () => {
    const both = await image({ edits, otherVersion: { entry: './before.ts' } });
    expect(await lives(both, ['current', 'other'])).toMatchObject([{ limit: 4 }, { limit: 4 }]);
  });

  test('is made after the edits of the other version, which it may find changed', async () => {
    const own = [{ ...inLimit, find: 'return ', put: 'return 10 * ' }];
    const both = await image({ edits, otherVersion: { edits: own } });
    expect(await lives(both, ['current', 'other'])).toMatchObject([{ limit: 4 }, { limit: 40 }]);
    const gone = await image({ edits, otherVersion: { edits: [{ ...inLimit, put: '2' }] } });
    expect(await lives(gone, ['current', 'other'])).toMatchObject([{ limit: 4 }, { limit: 2 }]);
  });

  test('of several edits is in the other version as a whole, or not at all', async () => {
    const ofCurrent = { file: './system.ts', within: 'start', find: '({ lives: ++lives', put: '({ lives: 7' };
    const both = await image({ edits: [...edits, ofCurrent], otherVersion: { entry: './before.ts' } });
    expect(await lives(both, ['current', 'other'])).toMatchObject([
      { lives: 7, limit: 4 },
      { lives: 101, limit: 3 },
    ]);
  });

  test('that does not fit the current version is an error, whatever the other one looks like', async () => {
    const ofOther = [{ file: './before.ts', within: 'start', find: 'next(), lives: ++lives', put: 'lives: 7' }];
    await expect(image({ edits: ofOther, otherVersion: { entry: './before.ts' } })).rejects.toThrow(VariantError);
  });
});

describe('what is wrong with the other version is said of it, at once', () => {
  test.each([
    [
      { edits: [{ ...inLimit, find: 'Math.max', put: '' }] },
      'the other version: ./limit.ts: limit: "Math.max": the function does not contain that text',
    ],
    [{ entry: './gone.ts' }, 'the other version: gone.ts: no such file'],
  ])('%j', async (otherVersion, message) => {
    await expect(image({ otherVersion })).rejects.toThrow(message);
  });

  test('no start among its exports', async () => {
    const made = project();
    made.write({ 'before.ts': 'export const begin = 1;' });
    await expect(made.image(() => null, { otherVersion: { entry: './before.ts' } })).rejects.toThrow(
      'the other version: ',
    );
  });
});
