/** The package of a file. */

/**
 * Name of the package that a file belongs to, the innermost one if they are nested; empty if none.
 */
export function nameIn(file: string): string {
  const name = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? '';
  return name.replaceAll('\\', '/');
}
