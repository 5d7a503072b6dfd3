/** Texts of errors that quote what the client sent, which may be any bytes. */
import { bytesOf, isBinary, textOf } from './bytes.ts';

/**
 * Joins a template with texts that represent bytes. As in C, a text ends at its first zero byte.
 */
export function errorText(parts: TemplateStringsArray, ...texts: readonly string[]): string {
  const quoted = texts.map((text) => (text.includes('\0') ? text.slice(0, text.indexOf('\0')) : text));
  if (!quoted.some(isBinary)) return String.raw({ raw: parts }, ...quoted);
  const chunks = parts.flatMap((part, index) => [Buffer.from(part), bytesOf(quoted[index] ?? '')]);
  return textOf(Buffer.concat(chunks));
}

/** The first word of an error: `ERR`, `WRONGTYPE`. */
export function errorCode(message: string): string {
  const [code = ''] = (isBinary(message) ? message.slice(1) : message).split(' ', 1);
  return code;
}
