import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installedLibraries } from './libraries.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'libraries-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function install(folder: string, name: string, more: object = {}): string {
  const target = path.join(root, folder);
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...more }));
  return target;
}

test('lists each dependency as installed, next to the package or inside it', () => {
  const own = install('node_modules/seedstorm', 'seedstorm', {
    dependencies: { mock: '^1', '@scope/deep': '^2', gone: '^3' },
  });
  install('node_modules/mock', 'mock', { version: '1.2.3' });
  install('node_modules/@scope/deep', '@scope/deep', { version: '1.9.9' });
  install('node_modules/seedstorm/node_modules/@scope/deep', '@scope/deep', { version: '2.0.1' });
  expect(installedLibraries(path.join(own, 'dist'))).toEqual(['@scope/deep@2.0.1', 'gone@?', 'mock@1.2.3']);
});

test('lists nothing outside the package', () => {
  expect(installedLibraries(root)).toEqual([]);
});
