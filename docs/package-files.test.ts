/** What is in the package: its pages lead nowhere else. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { brokenLinks } from './links.ts';
import { root, textOf } from './test/repository.ts';

function packed(): string[] {
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files } = { files: [] }] = JSON.parse(told) as { files: { path: string }[] }[];
  return files.map((file) => file.path);
}

test('pages of the package link to what is in it, and no test is', () => {
  const files = packed();
  const pages = files.filter((file) => file.endsWith('.md')).map((path) => ({ path, text: textOf(path) }));
  expect(pages.length).toBeGreaterThan(5);
  const exists = (target: string): boolean => files.some((file) => file === target || file.startsWith(`${target}/`));
  expect(brokenLinks(pages, exists)).toEqual([]);
  expect(files.filter((file) => /\.test\.ts$|(^|\/)replays\//.test(file))).toEqual([]);
});
