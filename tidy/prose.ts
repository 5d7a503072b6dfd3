/**
 * Finds what people read in a file: the text of Markdown, the comments of code, string literals
 * that may reach users, and the titles of tests.
 */
import { type SourceFile, type SyntaxNode, commentsOf, isNode, isTest, syntaxOf, walk } from './source.ts';

/**
 * Folders whose string literals reach users: errors, reports, help and descriptions of properties.
 */
const USER_FACING = /^(core|sim|properties|bench|examples|docs)\//;

const SCRIPT = /\.[tj]s$/;
const DATA = /\.json$/;

/** Replaces code. No phrase matches across it. */
const CODE = '\0';
/**
 * Replaces code inside a sentence: inline code, URLs and the expressions of a template. Part of a
 * word.
 */
const PLACEHOLDER = '_';

const INLINE_CODE = /`[^`\n]+`/g;
const URL = /\bhttps?:\/\/[^\s)>\]]+/g;
const LINK_TARGET = /(?<=\])\([^)\s]+\)/g;

const fill = (text: string, character: string): string => text.replaceAll(/\S/g, character);

/**
 * The prose of a file, in a text of the same length: everything keeps its offset, and so its line.
 * Code is replaced character by character.
 */
export function proseOf(file: SourceFile): string {
  const prose = file.path.endsWith('.md')
    ? markdownProse(file)
    : SCRIPT.test(file.path)
      ? scriptProse(file)
      : hashProse(file);
  const placehold = (code: string): string => fill(code, PLACEHOLDER);
  return prose.replaceAll(INLINE_CODE, placehold).replaceAll(URL, placehold);
}

/** The lines that hold prose which can be wrapped, by number, without URLs and targets of links. */
export function wrappableLines(file: SourceFile): Map<number, string> {
  const lines = new Map<number, string>();
  const add = (line: string, number: number): void => {
    lines.set(number, line.replaceAll(LINK_TARGET, '').replaceAll(URL, ''));
  };
  if (file.path.endsWith('.md')) {
    const prose = markdownProse(file).split('\n');
    file.text.split('\n').forEach((line, index) => {
      if (prose[index]?.includes(CODE) !== true && !isTableRow(line)) add(line, index + 1);
    });
  } else if (SCRIPT.test(file.path)) {
    for (const { start, end } of commentsOf(file)) {
      const first = file.text.slice(0, start).split('\n').length;
      const from = file.text.lastIndexOf('\n', start) + 1;
      file.text
        .slice(from, end)
        .split('\n')
        .forEach((line, index) => add(line, first + index));
    }
  } else if (!DATA.test(file.path)) {
    file.text.split('\n').forEach((line, index) => {
      if (isHashComment(line)) add(line, index + 1);
    });
  }
  return lines;
}

const isTableRow = (line: string): boolean => line.trimStart().startsWith('|');
const isHashComment = (line: string): boolean => /^\s*#(?!!)/.test(line);

/** Fences and indented blocks are code; of a changelog, only the newest version is prose. */
function markdownProse({ path, text }: SourceFile): string {
  let fence: string | null = null;
  let isInList = false;
  let previous = '';
  let versions = 0;
  return text
    .split('\n')
    .map((line) => {
      const [marker] = /^ *(?:```+|~~~+)/.exec(line) ?? [];
      const isFence: boolean = fence !== null || marker !== undefined;
      if (fence === null) fence = marker ?? null;
      else if (marker === fence) fence = null;
      if (/^\S/.test(line)) isInList = /^(?:[-*+]|\d+[.)]) /.test(line);
      const isIndented = /^(?: {4}|\t)/.test(line) && !isInList && (previous.trim() === '' || previous.includes(CODE));
      if (path.endsWith('CHANGELOG.md') && line.startsWith('## ')) versions += 1;
      previous = isFence || isIndented || versions > 1 ? fill(line, CODE) : line;
      return previous;
    })
    .join('\n');
}

function scriptProse(file: SourceFile): string {
  const pieces = fill(file.text, CODE).split('');
  const put = (start: number, text: string): void => {
    for (const [index, character] of text.split('').entries()) pieces[start + index] = character;
  };
  if (isTest(file.path)) {
    walk(syntaxOf(file), (node) => {
      const { start, end } = titleIn(node) ?? {};
      if (typeof start === 'number' && typeof end === 'number')
        put(start, `${CODE}${file.text.slice(start + 1, end - 1)}${CODE}`);
      return true;
    });
  } else if (USER_FACING.test(file.path)) {
    walk(syntaxOf(file), (node) => {
      const { start, end } = node;
      if (typeof start !== 'number' || typeof end !== 'number') return true;
      if (node.type === 'ImportDeclaration' || isNode(node['source'])) return false;
      if (node.type === 'StringLiteral') put(start, `${CODE}${file.text.slice(start + 1, end - 1)}${CODE}`);
      if (node.type === 'TemplateLiteral') {
        put(start + 1, fill(file.text.slice(start + 1, end - 1), PLACEHOLDER));
        for (const part of node['quasis'] as SyntaxNode[])
          put(part.start ?? 0, file.text.slice(part.start ?? 0, part.end ?? 0));
      }
      return true;
    });
  }
  for (const { start, end } of commentsOf(file)) put(start, commentProse(file.text.slice(start, end)));
  return pieces.join('');
}

/** The title of a test, or of an entry of a contract: an array of a title and what to run. */
function titleIn(node: SyntaxNode): SyntaxNode | null {
  const isCall = node.type === 'CallExpression' && /^(?:test|it|describe)$/.test(calledName(node));
  const parts = (
    isCall ? node['arguments'] : node.type === 'ArrayExpression' ? node['elements'] : []
  ) as (SyntaxNode | null)[];
  const [first, ...rest] = parts;
  if (first?.type !== 'StringLiteral') return null;
  return isCall || rest.some((part) => /Function|TemplateLiteral/.test(part?.type ?? '')) ? first : null;
}

/** `test` of `test(…)`, `test.each(…)(…)` and `test.runIf(…).each(…)(…)`. */
function calledName(node: SyntaxNode): string {
  const inner = node['callee'] ?? node['object'];
  return isNode(inner) ? calledName(inner) : String(node['name'] ?? '');
}

/** Without its markers. Comments of one line that follow each other become one text. */
function commentProse(comment: string): string {
  if (comment.startsWith('//')) return comment.replace('//', '  ');
  const inner = comment.slice(2, -2).replaceAll(/^\s*\*+/gm, (marker) => marker.replaceAll('*', ' '));
  return `${CODE.repeat(2)}${inner}${CODE.repeat(2)}`;
}

const hashProse = ({ path, text }: SourceFile): string =>
  DATA.test(path)
    ? fill(text, CODE)
    : text
        .split('\n')
        .map((line) => (isHashComment(line) ? line.replace('#', ' ') : fill(line, CODE)))
        .join('\n');
