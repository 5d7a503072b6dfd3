/** How esbuild is asked, for all texts alike. */
import type { BuildOptions } from 'esbuild';

/** `workingFolder`: paths in texts and messages are relative to it. */
export function bundleOptions(workingFolder: string) {
  return {
    absWorkingDir: workingFolder,
    bundle: true,
    write: false as const,
    metafile: true as const,
    format: 'cjs' as const,
    platform: 'node' as const,
    target: 'node20',
    // Node's own conditions and no bundler's, so that a package resolves as it does in production.
    conditions: [],
    // A dynamic import becomes a call of `require`, which the simulator answers.
    supported: { 'dynamic-import': false },
    define: {
      'import.meta.url': '"file:///simulated/system.js"',
      'import.meta.dirname': '"/simulated"',
      'import.meta.filename': '"/simulated/system.js"',
    },
    logLevel: 'silent' as const,
    legalComments: 'none' as const,
  } satisfies BuildOptions;
}
