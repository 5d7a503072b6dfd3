/** Names in source texts, for types and for schemas that their module does not export. */

/** The members of an interface. */
export function membersOf(source: string, name: string): string[] {
  const body = new RegExp(`^export interface ${name}(?:<.*>)?(?: extends .*)? \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(
    source,
  )?.[1];
  if (body === undefined) throw new Error(`interface not found: ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:<]/gm)].map(([, member = '']) => member);
}

/** The distinct texts that the first group of the pattern matches. */
export function namesIn(source: string, pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].map(([, name = '']) => name))];
}
