/** The options of esbuild that all bundles share. */
import type { BuildOptions } from 'esbuild';
import { WEB_VARIABLES } from '../ambient/web/names.ts';
import { MODULE_VARIABLES } from './text/module-variables.ts';

/**
 * Paths in bundles and messages are relative to `workingFolder`. `sourceMap` ends the output with
 * its map.
 */
export function bundleOptions(workingFolder: string, format: 'cjs' | 'esm', sourceMap: boolean) {
  return {
    absWorkingDir: workingFolder,
    bundle: true,
    keepNames: true,
    write: false as const,
    metafile: true as const,
    format,
    platform: 'node' as const,
    target: 'node20',
    // Only Node's own conditions, so that a package resolves as it does in production.
    conditions: [],
    // A dynamic import becomes a call of `require`, which is simulated.
    supported: { 'dynamic-import': false },
    define: { ...MODULE_VARIABLES, ...WEB_VARIABLES },
    logLevel: 'silent' as const,
    legalComments: 'none' as const,
    sourcemap: sourceMap ? ('inline' as const) : (false as const),
  } satisfies BuildOptions;
}
