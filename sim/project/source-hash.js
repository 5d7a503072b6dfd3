// @ts-check
/**
 * Lists the sources of a build and hashes them independently of their location. JavaScript, since
 * the launcher and the build run it before anything is compiled.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * All sources below a folder, without tests and their helpers, in an order that does not depend on
 * the machine.
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
 * The hash of files and words, in 16 hexadecimal digits.
 * @param {string} root paths are hashed relative to this folder
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
 * The hash of the simulator's sources: the same in the repository, in its bundles and in the
 * package built from it.
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
