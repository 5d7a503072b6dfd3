/**
 * The scenario paths that a replay may have: source files inside the package. The file is loaded
 * and executed, so an untrusted replay must not choose freely.
 */

/** Why the path is invalid; null when it is valid. */
export function checkScenarioPath(path: string): string | null {
  if (!/\.[cm]?[jt]s$/.test(path)) return 'must name a TypeScript or JavaScript file';
  // Drive letters and URLs have a colon, Windows paths a backslash.
  if (/[\p{Cc}\\:]/u.test(path) || path.startsWith('/')) return 'must be a relative path with forward slashes';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'must stay inside the package folder';
  if (parts.includes('node_modules')) return 'must not be in node_modules';
  return null;
}
