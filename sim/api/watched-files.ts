/**
 * Tells vitest's watch mode which files a test depends on. A scenario names its system by a path,
 * and seedstorm bundles it, so vite does not see these files. Vitest 4.1 has an undocumented call
 * by which its module runner reports a file and its importer. Where the call is absent, users can
 * list files in vitest's configuration under `watchTriggerPatterns`.
 */

interface VitestWorker {
  readonly rpc?: { readonly ensureModuleGraphEntry?: (file: string, importer: string) => Promise<unknown> };
}

/** Makes the test run again when one of the files changes. */
export function watchWithTest(testFile: string, files: readonly string[]): void {
  const { rpc } = (globalThis as { __vitest_worker__?: VitestWorker }).__vitest_worker__ ?? {};
  for (const file of files) {
    // Older versions reject the call, since they have no such method.
    rpc?.ensureModuleGraphEntry?.(file, testFile).catch(() => undefined);
  }
}
