/**
 * Comments of actors, and whether they may reach other clients. Known by heart, so that no property
 * depends on the check of the gateway that it judges.
 */
export const SAFE_COMMENTS = [
  'up',
  'P/E: 5 > 3 && 2 < 4, AT&T',
  'é 😀 株 &lt;b&gt;',
  'never write javascript: into a link',
] as const;

export const UNSAFE_COMMENTS = [
  '<b>up</b>',
  'cheap</p>',
  '<script>alert(1)</script>',
  'JavaScript:alert(1)',
  '&#106;ava&Tab;script:alert(1)',
  'data:text/html,up',
] as const;

export const COMMENTS: readonly string[] = [...SAFE_COMMENTS, ...UNSAFE_COMMENTS];

const unsafe: ReadonlySet<string> = new Set(UNSAFE_COMMENTS);

export function isUnsafe(text: string): boolean {
  return unsafe.has(text);
}
