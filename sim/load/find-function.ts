/**
 * Finds functions in source text by name, with their positions and the named scopes around them.
 */
import { isNode, parseSource, type SyntaxNode } from './syntax.ts';

/** A function, method or accessor. */
export interface FunctionRange {
  /** Names from the outermost scope to the function itself, if it has one: `['Store', 'put']`. */
  readonly path: readonly string[];
  /** Whether it has a name, or is bound to a variable, property or field. */
  readonly isNamed: boolean;
  readonly start: number;
  readonly end: number;
}

/**
 * All functions with the name `within`, in source order. `Class.method` matches the end of a path.
 */
export function findFunctions(file: string, text: string, within: string): FunctionRange[] {
  const wanted = within.split('.');
  const found: FunctionRange[] = [];
  visit(parseSource(file, text), [], null, (range) => {
    if (!range.isNamed) return;
    const tail = range.path.slice(-wanted.length);
    if (tail.length === wanted.length && tail.every((name, index) => name === wanted[index])) found.push(range);
  });
  return found;
}

/** All functions, with and without names. */
export function allFunctions(file: string, text: string): FunctionRange[] {
  const found: FunctionRange[] = [];
  visit(parseSource(file, text), [], null, (range) => found.push(range));
  return found;
}

/** `name` is the name that the surrounding syntax gives to the node, or null. */
function visit(
  node: SyntaxNode,
  path: readonly string[],
  name: string | null,
  found: (range: FunctionRange) => void,
): void {
  const ownName = nameOf(node.id) ?? (isMethod(node) ? nameOf(node.key) : null) ?? name;
  const named = ownName !== null && (isFunction(node) || isMethod(node) || isScope(node));
  const inside = named ? [...path, ownName] : path;
  if (isFunction(node) || isMethod(node)) found({ path: inside, isNamed: named, start: node.start, end: node.end });
  for (const [child, childName] of childrenOf(node, isTransparent(node) ? name : null))
    visit(child, inside, childName, found);
}

function* childrenOf(node: SyntaxNode, inherited: string | null): Generator<[SyntaxNode, string | null]> {
  const bound = nameOf(node.id) ?? nameOf(node.key) ?? nameOf(node.left);
  for (const [field, value] of Object.entries(node)) {
    const binds = field === 'init' || field === 'value' || field === 'right';
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield [child, binds ? bound : inherited];
    }
  }
}

function isFunction({ type }: SyntaxNode): boolean {
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';
}

function isMethod({ type }: SyntaxNode): boolean {
  return type === 'ClassMethod' || type === 'ClassPrivateMethod' || type === 'ObjectMethod';
}

/** A node with a name that contains functions but is not a function. */
function isScope({ type }: SyntaxNode): boolean {
  return type === 'ClassDeclaration' || type === 'ClassExpression' || type === 'ObjectExpression';
}

/**
 * A node that may be between a name and its function: `const f = (() => {}) satisfies T`, `memo(()
 * => {})`.
 */
function isTransparent({ type }: SyntaxNode): boolean {
  return /^(TSAsExpression|TSSatisfiesExpression|TSNonNullExpression|TSTypeAssertion|ParenthesizedExpression|CallExpression)$/.test(
    type,
  );
}

function nameOf(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'Identifier') return value.name as string;
  if (value.type === 'StringLiteral') return value.value as string;
  if (value.type === 'PrivateName') return `#${nameOf(value.id) ?? ''}`;
  if (value.type === 'MemberExpression') return nameOf(value.property);
  return null;
}
