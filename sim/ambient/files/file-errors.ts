/** Errors of `node:fs`, with Node's codes and texts. */
const TEXTS = {
  ENOENT: [-2, 'no such file or directory'],
  EEXIST: [-17, 'file already exists'],
  ENOTDIR: [-20, 'not a directory'],
  EISDIR: [-21, 'illegal operation on a directory'],
  ENOTEMPTY: [-39, 'directory not empty'],
} as const;

export type FileErrorCode = keyof typeof TEXTS;

/** `path` is undefined for an error of a file that is open: Node then names none. */
export function fileError(code: FileErrorCode, syscall: string, path?: string): Error {
  const [errno, text] = TEXTS[code];
  const error = new Error(`${code}: ${text}, ${syscall}${path === undefined ? '' : ` '${path}'`}`);
  return Object.assign(error, { errno, code, syscall }, path === undefined ? {} : { path });
}
