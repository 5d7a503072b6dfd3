// @ts-check
/**
 * What a build is made from: the sources below a folder, and a hash that stands for their content wherever they lie. Plain
 * JavaScript, since it is what the launcher and the build begin with.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Every source below a folder, tests and what only they use aside, in an order that is the same everywhere.
 * @param {string} folder
 * @returns {string[]}
 */
export function sourcesBelow(folder) {
  if (!existsSync(folder)) return [];
  const found = [];
  for (const item of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, item.name);
    if (item.isDirectory() && item.name !== 'node_modules' && item.name !== 'test') found.push(...sourcesBelow(file));
    else if (/\.(ts|json)$/.test(item.name) && !item.name.endsWith('.test.ts')) found.push(file);
  }
  return found;
}

/**
 * 16 hexadecimal digits.
 * @param {string} root what the files' names are told relative to
 * @param {readonly string[]} files
 * @param {readonly string[]} words
 * @returns {string}
 */
export function hashOf(root, files, words) {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`${word}\0`);
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${path.relative(root, file).replaceAll(path.sep, '/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Stands for all of the simulator's code: the same in the repository, in its bundles and in the package built from it.
 * @param {string} root the repository
 * @returns {string}
 */
export function simulatorHashOf(root) {
  const sources = sourcesBelow(path.join(root, 'sim'));
  return hashOf(
    root,
    sources.filter((file) => file.endsWith('.ts')),
    [],
  );
}
