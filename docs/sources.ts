/** Names in source texts, for what has no value at run time to be asked: types, and schemas that stay in their module. */

/** The members of an interface. */
export function membersOf(source: string, name: string): string[] {
  const body = new RegExp(`^export interface ${name}(?:<.*>)?(?: extends .*)? \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1];
  if (body === undefined) throw new Error(`there is no interface ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:<]/gm)].map(([, member = '']) => member);
}

/** What stands in the place of the pattern's first group, once each. */
export function namesIn(source: string, pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].map(([, name = '']) => name))];
}
