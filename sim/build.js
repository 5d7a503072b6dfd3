// @ts-check
/**
 * Builds the package into `dist`: bundles by esbuild, declarations by the TypeScript compiler.
 *
 * The bundles are one flat folder of entries and shared chunks, as sim/start.js makes it, so that
 * code finds its worker, and the part of the simulator that scenarios use, in its own folder. A
 * constant carries the hash of the sources.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundlePage } from './page/bundle-page.js';
import { simulatorHashOf } from './project/source-hash.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.join(root, 'dist');

rmSync(target, { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'sim/cli/main.ts',
    worker: 'sim/cli/worker.ts',
    index: 'sim/index.ts',
    scenario: 'sim/scenario.ts',
    clients: 'sim/clients.ts',
    vitest: 'sim/vitest.ts',
  },
  outdir: target,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  legalComments: 'none',
  define: { SEEDSTORM_SOURCE_HASH: JSON.stringify(simulatorHashOf(root)) },
  logLevel: 'warning',
});
chmodSync(path.join(target, 'main.js'), 0o755);

const { script, style } = await bundlePage(root);
writeFileSync(path.join(target, 'page.js'), script);
writeFileSync(path.join(target, 'page.css'), style);

const compiler = path.join(root, 'node_modules/@typescript/native/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
