/** Replaces every text in a JSON value. Names of members stay as they are. */
export function mapTexts<Value>(value: Value, replace: (text: string) => string): Value {
  const mapped = (part: unknown): unknown => {
    if (typeof part === 'string') return replace(part);
    if (Array.isArray(part)) return part.some(hasTexts) ? part.map(mapped) : part;
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, mapped(member)]));
  };
  return mapped(value) as Value;
}

/** A row of numbers is not copied. */
function hasTexts(part: unknown): boolean {
  return typeof part === 'string' || (typeof part === 'object' && part !== null);
}
