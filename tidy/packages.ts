/** Checks that installing the package also installs what its sources import. */
import { isBuiltin } from 'node:module';
import { type Finding, importsOf, type SourceFile } from './source.ts';

/**
 * `require` as `createRequire` returns it, called with a package name or with the beginning of a
 * template.
 */
const REQUIRED = /\brequire(?:\.resolve)?\(\s*['"`](?!node:)([@\w][\w./@-]*)/g;

/** Imported packages that are not in `declared`. Type imports are erased and need no package. */
export function checkDeclared(files: readonly SourceFile[], declared: ReadonlySet<string>): Finding[] {
  return files.flatMap((file) => {
    const imported = importsOf(file)
      .filter(({ isPackage, typeOnly }) => isPackage && !typeOnly)
      .map(({ target, line }) => ({ name: packageOf(target), line }));
    const required = [...file.text.matchAll(REQUIRED)].map(({ 1: target = '', index }) => ({
      name: packageOf(target),
      line: file.text.slice(0, index).split('\n').length,
    }));
    return [...imported, ...required]
      .filter(({ name }) => !isBuiltin(name) && !declared.has(name))
      .map(({ name, line }) => ({ path: file.path, line, what: `add ${name} to the dependencies in package.json` }));
  });
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
