/**
 * Lets vitest's watch mode know what a test depends on. A scenario names its system by a path and is bundled by ourselves, so vite sees none
 * of these files. Vitest (4.1) has a call by which its own module runner tells of a file and its importer; it is not documented, so
 * nothing relies on it: where it is absent, files can be named in vitest's configuration under `watchTriggerPatterns`.
 */

interface VitestWorker {
  readonly rpc?: { readonly ensureModuleGraphEntry?: (file: string, importer: string) => Promise<unknown> };
}

/** When one of the files changes, the test runs again. */
export function watchWithTest(testFile: string, files: readonly string[]): void {
  const { rpc } = (globalThis as { __vitest_worker__?: VitestWorker }).__vitest_worker__ ?? {};
  for (const file of files) {
    // Older versions have no such method: the call is answered by a rejection.
    rpc?.ensureModuleGraphEntry?.(file, testFile).catch(() => undefined);
  }
}
