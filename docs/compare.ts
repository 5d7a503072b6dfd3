/** What stands in a document and not in the code, or the other way round, in words; empty when they agree. */
export function differences(documented: readonly string[], actual: readonly string[]): string[] {
  const twice = documented.filter((item, index) => documented.indexOf(item) !== index);
  return [
    ...twice.map((item) => `documented twice: ${item}`),
    ...documented.filter((item) => !actual.includes(item)).map((item) => `documented, but not there: ${item}`),
    ...actual.filter((item) => !documented.includes(item)).map((item) => `not documented: ${item}`),
  ];
}
