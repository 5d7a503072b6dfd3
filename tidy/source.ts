/** Reads the repository for the checks on its own tidiness: which files there are, and what each of them imports. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@babel/parser';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One breach of a rule. `what` is a sentence that says what to do instead. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** A file, or with one `*` several, that a rule leaves alone, and why. */
export interface Exception {
  readonly path: string;
  readonly reason: string;
}

export interface Import {
  /** As written: `./ports.ts`, `ioredis`. */
  readonly specifier: string;
  /** The repository's path of the file meant; the specifier itself when it names a package. */
  readonly target: string;
  readonly isPackage: boolean;
  /** True for what disappears when types are erased. `import { type A }` stays as an import, so it is false for that. */
  readonly typeOnly: boolean;
  readonly line: number;
  /** What is taken by name, and as what: `[['randomUUID', 'uuid']]`; `*` and `default` stand for the whole. */
  readonly names: readonly (readonly [imported: string, local: string])[];
}

/** A node of a syntax tree, seen as loosely as a walk over all kinds of them needs. */
export interface SyntaxNode {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number } } | null;
  readonly [field: string]: unknown;
}

/** `.git` is a file where the checkout is one of several. */
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'coverage']);

/** All files below `root` that match, in a stable order. */
export function readFiles(root: string, matching: RegExp, folder = ''): SourceFile[] {
  const found: SourceFile[] = [];
  for (const item of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = folder === '' ? item.name : `${folder}/${item.name}`;
    if (SKIPPED.has(item.name)) continue;
    if (item.isDirectory()) found.push(...readFiles(root, matching, name));
    else if (item.isFile() && matching.test(name)) {
      found.push({ path: name, text: readFileSync(path.join(root, name), 'utf8') });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Tests, and what only tests use: a folder named test. */
export const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.includes('/test/');

export function isExcepted(file: string, exceptions: readonly Exception[]): boolean {
  return exceptions.some(({ path: pattern }) => {
    const [start, end] = pattern.split('*');
    return end === undefined ? file === pattern : file.startsWith(start ?? '') && file.endsWith(end);
  });
}

const trees = new WeakMap<SourceFile, SyntaxNode>();

/** The program of a file. Each file is parsed once. */
export function syntaxOf(file: SourceFile): SyntaxNode {
  const known = trees.get(file);
  if (known) return known;
  const { program } = parse(file.text, { sourceType: 'module', plugins: ['typescript'] });
  const tree = program as unknown as SyntaxNode;
  trees.set(file, tree);
  return tree;
}

export const lineOf = (node: SyntaxNode): number => node.loc?.start.line ?? 0;

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** The nodes directly below one, each with the name of the field that holds it. */
export function* childrenOf(node: SyntaxNode): Generator<readonly [field: string, child: SyntaxNode]> {
  for (const [field, value] of Object.entries(node)) {
    if (field.endsWith('Comments') || field === 'extra') continue;
    if (isNode(value)) yield [field, value];
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) yield [field, item];
  }
}

/** Visits every node; below one for which `visit` returns false, none. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => boolean | undefined): void {
  if (visit(node) === false) return;
  for (const [, child] of childrenOf(node)) walk(child, visit);
}

const textOf = (node: unknown): string =>
  isNode(node) ? String(node.type === 'StringLiteral' ? node['value'] : node['name']) : '';

function namesOf(node: SyntaxNode): [string, string][] {
  const specifiers = (node['specifiers'] ?? []) as SyntaxNode[];
  return specifiers.map((specifier) => {
    if (specifier.type === 'ImportDefaultSpecifier') return ['default', textOf(specifier['local'])];
    if (specifier.type === 'ImportSpecifier') return [textOf(specifier['imported']), textOf(specifier['local'])];
    return ['*', textOf(specifier['local'])];
  });
}

/** Everything a file imports or exports onwards: statements, `import()` and `import('…')` in types. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  const add = (node: SyntaxNode, source: unknown, typeOnly: boolean): void => {
    if (!isNode(source) || source.type !== 'StringLiteral') return;
    const specifier = String(source['value']);
    const isPackage = !specifier.startsWith('.');
    const target = isPackage ? specifier : path.posix.join(path.posix.dirname(file.path), specifier);
    found.push({ specifier, target, isPackage, typeOnly, line: lineOf(node), names: namesOf(node) });
  };
  walk(syntaxOf(file), (node) => {
    if (node.type === 'ImportDeclaration') add(node, node['source'], node['importKind'] === 'type');
    if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') {
      add(node, node['source'], node['exportKind'] === 'type');
    }
    if (node.type === 'ImportExpression') add(node, node['source'], false);
    if (node.type === 'CallExpression' && isNode(node['callee']) && node['callee'].type === 'Import') {
      add(node, (node['arguments'] as unknown[])[0], false);
    }
    if (node.type === 'TSImportType') add(node, node['argument'] ?? node['source'], true);
    return true;
  });
  return found;
}
