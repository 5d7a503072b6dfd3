/**
 * Where a replay may say that its scenario is: a source file of one's own, inside the package. The file is loaded and run, so
 * a replay from elsewhere must not choose freely.
 */

/** What is wrong with the path; null when nothing is. */
export function checkScenarioPath(path: string): string | null {
  if (!/\.[cm]?[jt]s$/.test(path)) return 'must name a TypeScript or JavaScript file';
  // A colon stands in drive letters and URLs, a backslash in paths of Windows.
  if (/[\p{Cc}\\:]/u.test(path) || path.startsWith('/')) return 'must be a relative path with forward slashes';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'must stay inside the package folder';
  if (parts.includes('node_modules')) return 'must not lie in node_modules';
  return null;
}
