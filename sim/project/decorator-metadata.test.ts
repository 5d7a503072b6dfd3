import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleModules } from '../load/bundle-modules.ts';
import { metadataNotes } from './decorator-metadata.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-metadata-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const CLASS = 'const used = (target: unknown) => void target;\n@used\nexport class Service {}\n';

async function notesOf(text: string, options: object, entry = 'system.ts'): Promise<string[]> {
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  writeFileSync(path.join(folder, entry), text);
  const contents = `export * from './${entry}';`;
  const { code } = await bundleModules({ contents, workingFolder: folder, form: 'sync', inside: () => false });
  return metadataNotes(folder, `./${entry}`, code);
}

const KEPT = { experimentalDecorators: true, emitDecoratorMetadata: true };

test('a system in TypeScript with decorators that asks for types has a note', async () => {
  const [note] = await notesOf(CLASS, KEPT);
  expect(note).toBe(
    './system.ts is loaded without the types that emitDecoratorMetadata keeps for decorators: if the system needs them, ' +
      "as Nest does, name its compiled file (system: './dist/main.js')",
  );
});

test.each([
  ['has no decorators', 'export class Service {}\n', KEPT, 'system.ts'],
  ['does not ask for types', CLASS, { experimentalDecorators: true }, 'system.ts'],
  ['is compiled', 'export class Service {}\n', KEPT, 'system.js'],
])('a system that %s has none', async (_, text, options, entry) => {
  expect(await notesOf(text, options, entry)).toEqual([]);
});
