/**
 * Checks on the length of files, the size of folders, and on code and text that no file may
 * contain.
 */
import { type Finding, type SourceFile, type SyntaxNode, isNode, lineOf, syntaxOf, walk } from './source.ts';

export const LINES_MAX = 300;

export function checkLength(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > LINES_MAX ? [{ path, line: lines, what: `${lines} lines; split it at ${LINES_MAX} by idea` }] : [];
  });
}

/**
 * Module-level state: one process of a node, or one run, would see what an earlier one left behind.
 */
export function checkModuleState(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) =>
    (syntaxOf(file)['body'] as SyntaxNode[])
      .map((node) => (isNode(node['declaration']) ? node['declaration'] : node))
      .filter((node) => node.type === 'VariableDeclaration' && node['declare'] !== true)
      .filter((node) => node['kind'] !== 'const' || (node['declarations'] as SyntaxNode[]).some(isEmptyContainer))
      .map((node) => ({
        path: file.path,
        line: lineOf(node),
        what: 'state of the module; move it into an object',
      })),
  );
}

/** `new Map()`, `[]`: a constant, but created to be filled. */
function isEmptyContainer({ init }: SyntaxNode): boolean {
  if (!isNode(init)) return false;
  if (init.type === 'ArrayExpression') return (init['elements'] as unknown[]).length === 0;
  if (init.type === 'ObjectExpression') return (init['properties'] as unknown[]).length === 0;
  if (init.type !== 'NewExpression' || !isNode(init['callee'])) return false;
  const className = String(init['callee']['name']);
  return /^(Weak)?(Map|Set)$/.test(className) && (init['arguments'] as unknown[]).length === 0;
}

/** `test.only` and the like: all other tests of the file would silently not run. */
export function checkNothingSingledOut(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const findings: Finding[] = [];
    if (!/\bonly\b/.test(file.text)) return findings;
    walk(syntaxOf(file), (node) => {
      if (node.type === 'MemberExpression' && isNode(node['property']) && node['property']['name'] === 'only') {
        let object: unknown = node['object'];
        while (isNode(object) && object.type === 'MemberExpression') object = object['object'];
        const name = isNode(object) ? String(object['name']) : '';
        if (/^(test|it|describe|suite|bench)$/.test(name)) {
          findings.push({ path: file.path, line: lineOf(node), what: `${name}.only skips all other tests; remove it` });
        }
      }
      return true;
    });
    return findings;
  });
}

// Written in two halves, so that these lines don't report themselves.
const UNFINISHED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`);
const MACHINE_PATH = new RegExp(
  `(?<![\\w.$}])/(?:${'ho' + 'me'}|${'Us' + 'ers'}|${'ro' + 'ot'}|${'wo' + 'rk'}|${'tm' + 'p'})/`,
);

const checkText = (files: readonly SourceFile[], pattern: RegExp, what: string): Finding[] =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [{ path, line: index + 1, what }] : [])),
  );

export const checkNothingUnfinished = (files: readonly SourceFile[]): Finding[] =>
  checkText(files, UNFINISHED, 'an unfinished note; do it, or document that it is missing');

export const checkNoMachinePaths = (files: readonly SourceFile[]): Finding[] =>
  checkText(files, MACHINE_PATH, 'a path of one machine; build it from import.meta.url, or os.tmpdir()');

export const FILES_MAX = 25;

/** Folders with too many source files directly in them. Tests and their helpers do not count. */
export function checkFolderSize(files: readonly SourceFile[]): Finding[] {
  const counts = new Map<string, number>();
  for (const { path } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FILES_MAX)
    .map(([path, count]) => ({ path, line: 1, what: `${count} source files; split the folder at ${FILES_MAX}` }));
}
