// @ts-check
/**
 * Builds the package into `dist`: bundles by esbuild, declarations by the TypeScript compiler.
 *
 * Bundles, and not one file for each source, because the code that asks for its worker, or for the
 * part of the simulator that a scenario is written with, then finds them beside itself, as under
 * the launcher: both make the same flat folder of entries and shared chunks. And it can be told by
 * name what it was built from, so that its code has the same hash as the sources it was made of.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
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

const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
