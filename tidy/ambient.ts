/**
 * Finds code that reads time, chance or turns of the event loop from the machine. It is for files
 * in which a seed must decide all of these.
 */
import {
  type Finding,
  type SourceFile,
  type SyntaxNode,
  childrenOf,
  importsOf,
  isNode,
  lineOf,
  syntaxOf,
} from './source.ts';

/** Names that must not be used, each with what to use instead. */
type Forbidden = ReadonlyMap<string, string>;

const WALL = 'use the clock: wallMs()';
const MONOTONIC = 'use the clock: monotonicMs()';
const TIMER = 'use the clock: startTimer(tag, delayMs, fire)';
const CHANCE = 'use the seed: entropy, or a keyed choice';

const each = (names: string, instead: string): [string, string][] => names.split(' ').map((name) => [name, instead]);

const NAMES: Forbidden = new Map(each('setTimeout setInterval setImmediate', TIMER));
const CRYPTO: Forbidden = new Map(
  each('randomUUID randomBytes randomInt randomFill randomFillSync getRandomValues', CHANCE),
);
const PERFORMANCE: Forbidden = new Map([['now', MONOTONIC], ...each('timeOrigin', WALL)]);
const PROCESS: Forbidden = new Map(each('hrtime uptime', MONOTONIC));

/** Forbidden members of global names. */
const MEMBERS: ReadonlyMap<string, Forbidden> = new Map([
  ['Date', new Map([['now', WALL]])],
  ['Math', new Map([['random', CHANCE]])],
  ['performance', PERFORMANCE],
  ['process', PROCESS],
  ['crypto', CRYPTO],
  ['globalThis', NAMES],
  ['global', NAMES],
]);

/** Forbidden exports of modules, imported by name or read from the whole module. */
const MODULES: ReadonlyMap<string, Forbidden> = new Map([
  ['crypto', CRYPTO],
  ['process', PROCESS],
  ['perf_hooks', PERFORMANCE],
  ['timers', new Map([...NAMES, ['promises', TIMER]])],
  ['timers/promises', new Map([...NAMES, ['scheduler', TIMER]])],
]);

/** Exports that are such a module, or an object with forbidden members. */
const WHOLES: ReadonlyMap<string, Forbidden> = new Map([
  ['default', new Map()],
  ['*', new Map()],
  ['performance', PERFORMANCE],
  ['webcrypto', CRYPTO],
]);

/**
 * Fields of syntax nodes whose identifier is a key, a member or a declared name, and so not a use
 * of a global.
 */
const NAMING_FIELDS = new Set(['key', 'property', 'id', 'label', 'params']);

const nameOf = (value: unknown): string | null =>
  isNode(value) && value.type === 'Identifier' ? String(value['name']) : null;

/** `random` in `Math.random` and in `Math['random']`. Null for anything else. */
function memberName(node: unknown): string | null {
  if (!isNode(node) || !/^(Optional)?MemberExpression$/.test(node.type)) return null;
  const property = node['property'];
  if (node['computed'] !== true) return nameOf(property);
  return isNode(property) && property.type === 'StringLiteral' ? String(property['value']) : null;
}

/** Types are erased. Of TypeScript's own nodes only these contain code that runs. */
const isErased = ({ type }: SyntaxNode): boolean =>
  type === 'ImportDeclaration' || (type.startsWith('TS') && !/^TS(As|Satisfies|NonNull|Enum|Parameter)/.test(type));

export function checkAmbient(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(checkFile);
}

function checkFile(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const report = (line: number, what: string, instead: string | undefined): void => {
    if (instead === undefined) return;
    findings.push({ path: file.path, line, what: `${what} is not decided by the seed; ${instead}` });
  };

  const names = new Map(NAMES);
  const members = new Map(MEMBERS);
  for (const { specifier, typeOnly, names: imports, line } of importsOf(file)) {
    if (typeOnly) continue;
    const forbidden = MODULES.get(specifier.replace(/^node:/, ''));
    for (const [imported, local] of imports) {
      // An imported name hides the global of that name in this file.
      names.delete(local);
      members.delete(local);
      if (forbidden === undefined) continue;
      const whole = WHOLES.get(imported);
      if (whole !== undefined) members.set(local, whole.size > 0 ? whole : forbidden);
      else report(line, `${imported} of ${specifier}`, forbidden.get(imported));
    }
  }

  /**
   * Forbidden members of an expression such as `crypto`, `globalThis.crypto` or a module imported
   * as a whole.
   */
  const forbiddenOf = (node: unknown): Forbidden | undefined => {
    const name = nameOf(node);
    if (name !== null) return members.get(name);
    const member = memberName(node);
    const isGlobal = members.get(nameOf((node as SyntaxNode)['object']) ?? '') === NAMES;
    return member !== null && isGlobal ? MEMBERS.get(member) : undefined;
  };

  const visit = (node: SyntaxNode, field: string, parent: SyntaxNode | null): void => {
    if (isErased(node)) return;
    const line = lineOf(node);
    const member = memberName(node);
    if (member !== null) report(line, `.${member}`, forbiddenOf(node['object'])?.get(member));
    if (node.type === 'VariableDeclarator' && isNode(node['id']) && node['id'].type === 'ObjectPattern') {
      const forbidden = isNode(node['init']) ? forbiddenOf(node['init']) : undefined;
      for (const property of node['id']['properties'] as SyntaxNode[]) {
        const key = nameOf(property['key']) ?? '';
        report(line, key, forbidden?.get(key));
      }
    }
    if (nameOf(node['callee']) === 'Date' && members.has('Date')) {
      if (node.type === 'CallExpression') report(line, 'Date()', WALL);
      else if ((node['arguments'] as unknown[]).length === 0) report(line, 'new Date() without a time', WALL);
    }
    const name = nameOf(node);
    const isUse = !NAMING_FIELDS.has(field) || parent?.['computed'] === true;
    if (name !== null && isUse) report(line, name, names.get(name));
    for (const [below, child] of childrenOf(node)) visit(child, below, node);
  };
  visit(syntaxOf(file), '', null);
  return findings;
}
