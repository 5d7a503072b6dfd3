/** The package of a file, the innermost one if they are nested. */

const PACKAGE = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/;

/** Name of the package that a file belongs to; empty if none. */
export function nameIn(file: string): string {
  const name = PACKAGE.exec(file)?.[1] ?? '';
  return name.replaceAll('\\', '/');
}

/** Null for a file that belongs to no package. */
export function folderOfPackage(file: string): string | null {
  return PACKAGE.exec(file)?.[0] ?? null;
}
