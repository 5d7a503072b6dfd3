/**
 * Lets the simulator see the state of a system's own modules: a change of their texts that
 * registers objects of their classes, Maps and Sets of their functions, and variables of modules.
 * All lines keep their numbers. No getter, iterator or method of the system runs when it is read.
 */
import { childrenOf, parseSource, type SyntaxNode } from '../syntax.ts';

/** The name of the registry in a text, which is a parameter of each text that has it. */
export const WATCH_STATE = '__seedstormState';

/** A text to insert at a position. Of several at one position, the first comes first. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** `shown`: the name of the file, in which variables of the module are listed. */
export function withWatchedState(file: string, text: string, shown: string): string {
  if (!/\.[cm]?[jt]sx?$/.test(file) || /\.d\.[cm]?ts$/.test(file)) return text;
  let program: SyntaxNode;
  try {
    program = parseSource(file, text);
  } catch {
    // The build reports what can't be parsed.
    return text;
  }
  const insertions = [...moduleVariables(program, shown), ...insertionsIn(program, false)];
  return insertions
    .map((insertion, index) => ({ ...insertion, index }))
    .sort((a, b) => b.at - a.at || b.index - a.index)
    .reduce((changed, { at, text: added }) => `${changed.slice(0, at)}${added}${changed.slice(at)}`, text);
}

/** Functions that read the variables, called much later. */
function moduleVariables(program: SyntaxNode, shown: string): Insertion[] {
  const body = program['body'] as SyntaxNode[];
  const [first] = body;
  const names = body.flatMap(declaredBy);
  if (first === undefined || names.length === 0) return [];
  const readers = names.map((name) => `${name}: () => ${name}`).join(', ');
  return [{ at: first.start, text: `${WATCH_STATE}.module(${JSON.stringify(shown)}, { ${readers} }); ` }];
}

/** The variables that a statement of a module declares, functions and classes aside. */
function declaredBy(statement: SyntaxNode): string[] {
  const declaration =
    statement.type === 'ExportNamedDeclaration' ? (statement['declaration'] as SyntaxNode | null) : statement;
  if (declaration?.type !== 'VariableDeclaration' || declaration['declare'] === true) return [];
  return (declaration['declarations'] as SyntaxNode[]).flatMap((declarator) => {
    const id = declarator['id'] as SyntaxNode;
    const value = declarator['init'] as SyntaxNode | null;
    return id.type !== 'Identifier' || /Function|Class/.test(value?.type ?? '') ? [] : [String(id['name'])];
  });
}

function insertionsIn(node: SyntaxNode, inFunction: boolean): Insertion[] {
  const own = isClass(node) ? classInsertions(node) : inFunction ? tableInsertions(node) : [];
  const inside = inFunction || /Function|Method/.test(node.type);
  return [...own, ...childrenOf(node).flatMap((child) => insertionsIn(child, inside))];
}

function isClass({ type, declare }: SyntaxNode): boolean {
  return (type === 'ClassDeclaration' || type === 'ClassExpression') && declare !== true;
}

/** Objects register when their fields are made, before those of the class itself. */
function classInsertions(node: SyntaxNode): Insertion[] {
  const body = node['body'] as SyntaxNode;
  const members = body['body'] as SyntaxNode[];
  const privates = members
    .filter(({ type, static: isStatic }) => type === 'ClassPrivateProperty' && isStatic !== true)
    .map(({ key }) => String(((key as SyntaxNode)['id'] as SyntaxNode)['name']));
  const reader = privates.map((name) => `'#${name}': #${name} in o ? o.#${name} : undefined`).join(', ');
  // A bundle may rename a class, for the sake of another of that name.
  const name = (node['id'] as SyntaxNode | null)?.['name'];
  const shown = name === undefined ? 'null' : JSON.stringify(name);
  const register = ` static { ${WATCH_STATE}.class(this, ${shown}, (o) => ({ ${reader} })); } #${WATCH_STATE} = ${WATCH_STATE}.object(this);`;
  return [{ at: body.start + 1, text: register }];
}

/** `const rooms = new Map()` in a function. */
function tableInsertions(node: SyntaxNode): Insertion[] {
  if (node.type !== 'VariableDeclarator') return [];
  const id = node['id'] as SyntaxNode;
  const made = node['init'] as SyntaxNode | null;
  if (id.type !== 'Identifier' || made?.type !== 'NewExpression') return [];
  const callee = made['callee'] as SyntaxNode;
  if (callee.type !== 'Identifier' || !['Map', 'Set'].includes(String(callee['name']))) return [];
  return [
    { at: made.start, text: `${WATCH_STATE}.table(${JSON.stringify(id['name'])}, ` },
    { at: made.end, text: ')' },
  ];
}
