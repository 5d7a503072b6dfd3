/**
 * State in the modules of `ws`. Packages are evaluated once for all processes and runs, so it would
 * be carried from one to the next:
 * - A counter limits how many messages a process compresses at a time. A process or a run that ends
 *   while it compresses would keep its place there forever. Here there is no limit.
 * - Masks of clients come from a pool of random bytes for 2,048 frames. Which client fills it would
 *   depend on earlier runs. Here each mask is drawn alone.
 */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const FILES = /[\\/]ws[\\/]lib[\\/](?:permessage-deflate|sender)\.js$/;

const EDITS = [
  { find: 'new Limiter(concurrency)', put: 'new Limiter(Infinity)' },
  { find: 'const RANDOM_POOL_SIZE = 8 * 1024', put: 'const RANDOM_POOL_SIZE = 4' },
];

export function wsStatePlugin(): Plugin {
  return {
    name: 'state of ws',
    setup({ onLoad }) {
      onLoad({ filter: FILES, namespace: 'file' }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        const contents = EDITS.reduce((edited, { find, put }) => edited.replace(find, put), text);
        return { contents, loader: 'js' };
      });
    },
  };
}
