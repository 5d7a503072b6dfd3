/** The differences between a document and the code, in both directions; empty when they agree. */
export function differences(documented: readonly string[], actual: readonly string[]): string[] {
  const twice = documented.filter((item, index) => documented.indexOf(item) !== index);
  return [
    ...twice.map((item) => `documented twice: ${item}`),
    ...documented.filter((item) => !actual.includes(item)).map((item) => `documented, but not there: ${item}`),
    ...actual.filter((item) => !documented.includes(item)).map((item) => `not documented: ${item}`),
  ];
}
