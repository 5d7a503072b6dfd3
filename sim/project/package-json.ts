/**
 * Adds a member to a package.json, or to any JSON text that is an object, and leaves the rest of
 * the text as it is: indentation, order, line endings.
 */

/**
 * The text with `value` under `section.key`. Null when the text has something there already, or a
 * section that is not an object. Throws SyntaxError for text that is not JSON.
 */
export function withMember(text: string, section: string, key: string, value: string): string | null {
  const root: unknown = JSON.parse(text);
  if (!isObject(root)) return null;
  const members = root[section];
  const member = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  if (members === undefined) return appended(text, root, section, member);
  if (!isObject(members) || members[key] !== undefined) return null;
  const open = openingOf(text, section);
  const [before, after] = [text.slice(0, open + 1), text.slice(open + 1)];
  const space = /^\s*/.exec(after)?.[0] ?? '';
  if (Object.keys(members).length > 0) return `${before}${space}${member},${space === '' ? ' ' : ''}${after}`;
  const { line, indent } = styleOf(text);
  return `${before}${line}${indent}${indent}${member}${line}${indent}${after.trimStart()}`;
}

function appended(text: string, root: Members, section: string, member: string): string {
  const close = text.lastIndexOf('}');
  const comma = Object.keys(root).length > 0 ? ',' : '';
  const { line, indent } = styleOf(text);
  const own = `${JSON.stringify(section)}: {${line}${indent}${indent}${member}${line}${indent}}`;
  return `${text.slice(0, close).trimEnd()}${comma}${line}${indent}${own}${line}${text.slice(close)}`;
}

/** The offset of the `{` of a member of the root. The last one counts, as for JSON.parse. */
function openingOf(text: string, section: string): number {
  let depth = 0;
  let opening = -1;
  let isNext = false;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') {
      if (isNext) opening = index;
      depth += 1;
    } else if (token === '}' || token === ']') depth -= 1;
    isNext = depth === 1 && token.endsWith(':') && JSON.parse(token.slice(0, -1)) === section;
  }
  return opening;
}

function styleOf(text: string): { readonly line: string; readonly indent: string } {
  const [, line = '\n', indent = '  '] = /^\s*\{(\r?\n)([ \t]+)"/.exec(text) ?? [];
  return { line, indent };
}

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
