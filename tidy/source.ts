/** Reads the repository for the checks on it: its files, their syntax trees and their imports. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@babel/parser';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One breach of a rule. `what` says what is wrong and what to do instead. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** A file that a rule skips, or several files if the path contains one `*`, with the reason. */
export interface Exception {
  readonly path: string;
  readonly reason: string;
}

export interface Import {
  /** As written: `./ports.ts`, `ioredis`. */
  readonly specifier: string;
  /**
   * Path of the imported file relative to the repository, or the specifier if it names a package.
   */
  readonly target: string;
  readonly isPackage: boolean;
  /**
   * True if the whole import is erased with the types. `import { type A }` keeps the import of the
   * module, so it is false there.
   */
  readonly typeOnly: boolean;
  readonly line: number;
  /**
   * Imported and local names: `[['randomUUID', 'uuid']]`. The imported name may be `*` or
   * `default`.
   */
  readonly names: readonly (readonly [imported: string, local: string])[];
}

/** A node of a syntax tree, typed loosely enough for a walk over all kinds of nodes. */
export interface SyntaxNode {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number } } | null;
  readonly start?: number | null;
  readonly end?: number | null;
  readonly [field: string]: unknown;
}

/** A comment, markers included: `text.slice(start, end)`. */
export interface Comment {
  readonly start: number;
  readonly end: number;
}

/** `.git` is a file, not a directory, in a linked worktree. */
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

interface ParsedFile {
  readonly program: SyntaxNode;
  readonly comments: readonly Comment[];
}

/** Each file is parsed once. */
const parsedFiles = new WeakMap<SourceFile, ParsedFile>();

function parseFile(file: SourceFile): ParsedFile {
  let parsed = parsedFiles.get(file);
  if (parsed === undefined) {
    parsed = parse(file.text, {
      sourceType: 'module',
      plugins: ['typescript'],
      attachComment: false,
    }) as unknown as ParsedFile;
    parsedFiles.set(file, parsed);
  }
  return parsed;
}

/** The program of a file. */
export const syntaxOf = (file: SourceFile): SyntaxNode => parseFile(file).program;

/** The comments of a file, in order. */
export const commentsOf = (file: SourceFile): readonly Comment[] => parseFile(file).comments;

export const lineOf = (node: SyntaxNode): number => node.loc?.start.line ?? 0;

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** The children of a node, each with the name of its field. */
export function childrenOf(node: SyntaxNode): (readonly [field: string, child: SyntaxNode])[] {
  const children: (readonly [field: string, child: SyntaxNode])[] = [];
  for (const field in node) {
    const value = node[field];
    if (typeof value !== 'object' || value === null || field === 'loc' || field === 'extra') continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) children.push([field, value]);
    } else for (const item of value) if (isNode(item)) children.push([field, item]);
  }
  return children;
}

/**
 * Visits a node and all nodes below it. If `visit` returns false, the children of that node are
 * skipped.
 */
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

const imports = new WeakMap<SourceFile, readonly Import[]>();

/** Everything a file imports or re-exports: statements, `import()` and `import('…')` in types. */
export function importsOf(file: SourceFile): readonly Import[] {
  let found = imports.get(file);
  if (found === undefined) {
    found = findImports(file);
    imports.set(file, found);
  }
  return found;
}

function findImports(file: SourceFile): Import[] {
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
