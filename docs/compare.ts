/** The differences between a document and the code, in both directions; empty when they agree. */
export function differences(documented: readonly string[], actual: readonly string[]): string[] {
  const twice = documented.filter((item, index) => documented.indexOf(item) !== index);
  return [
    ...twice.map((item) => `documented twice: ${item}`),
    ...documented.filter((item) => !actual.includes(item)).map((item) => `documented, but not there: ${item}`),
    ...actual.filter((item) => !documented.includes(item)).map((item) => `not documented: ${item}`),
  ];
}

/** Sentences of `model` that the cells of a row do not contain. */
export function missingSentences(model: string, cells: readonly string[]): string[] {
  const text = cells.join(' ');
  return model.split(/(?<=\.) /).filter((sentence) => !text.includes(sentence));
}
