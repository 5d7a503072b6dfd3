/** The syntax tree of a source text. */
import { createRequire } from 'node:module';
import type * as Babel from '@babel/parser';
import type { ParserPlugin } from '@babel/parser';

const require = createRequire(import.meta.url);

export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [name: string]: unknown;
}

/** Throws the parser's SyntaxError, which has the position in `loc`. */
export function parseSource(file: string, text: string): SyntaxNode {
  // Loaded on first use: most commands edit no code.
  const { parse } = require('@babel/parser') as typeof Babel;
  const plugins: ParserPlugin[] = ['decoratorAutoAccessors', 'explicitResourceManagement', 'importAttributes'];
  if (/\.[cm]?tsx?$/.test(file)) plugins.push('typescript');
  if (/\.[jt]sx$|\.js$/.test(file)) plugins.push('jsx');
  const parseWith = (decorators: ParserPlugin): SyntaxNode => {
    const options = {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
    } as const;
    const tree = parse(text, { ...options, plugins: [decorators, ...plugins] });
    return tree.program as unknown as SyntaxNode;
  };
  try {
    return parseWith('decorators');
  } catch (error) {
    try {
      // Only TypeScript's older decorators may be on parameters.
      return parseWith('decorators-legacy');
    } catch {
      throw error;
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as SyntaxNode).type === 'string' &&
    typeof (value as SyntaxNode).start === 'number'
  );
}

/** The nodes directly within a node, in source order of their fields. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flat().filter(isNode);
}
