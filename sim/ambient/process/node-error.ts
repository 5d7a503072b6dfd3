/** Errors with Node's codes and texts. */

type Constructor = new (message: string) => Error;

/** An error as Node makes it: its `code`, which `stack` shows too, and further properties. */
export function nodeError(Kind: Constructor, code: string, message: string, more: object = {}): Error {
  return Object.assign(new Kind(message), { code, ...more });
}

export function invalidType(name: string, expected: string, value: unknown): Error {
  const received = value === null || value === undefined ? String(value) : `type ${typeof value}${shown(value)}`;
  const text = `The "${name}" argument must be of type ${expected}. Received ${received}`;
  return nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', text);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return ` ('${value}')`;
  return typeof value === 'number' || typeof value === 'boolean' ? ` (${String(value)})` : '';
}

/** A failed system call, as libuv reports it. */
export function systemError(syscall: string, code: string, errno: number): Error {
  return nodeError(Error, code, `${syscall} ${code}`, { errno, syscall });
}
