/** The repository's texts, for the tests of its documents. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}
