/**
 * `ws` limits how many messages a process compresses at a time, by a counter in its modules. A
 * process or a run that ends while it compresses would keep its place there forever, and so stop
 * the compression of others: packages are evaluated once for all. So there is no limit here.
 */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const FILE = /[\\/]ws[\\/]lib[\\/]permessage-deflate\.js$/;
const LIMIT = 'new Limiter(concurrency)';

export function compressionLimitPlugin(): Plugin {
  return {
    name: 'limit of compression',
    setup({ onLoad }) {
      onLoad({ filter: FILE, namespace: 'file' }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        return { contents: text.replace(LIMIT, 'new Limiter(Infinity)'), loader: 'js' };
      });
    },
  };
}
