/** The first line of a text: the message of an error without its calls. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
