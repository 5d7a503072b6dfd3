/**
 * What can be wrong with the code that a scenario names. Both errors are one clear line, without a
 * stack.
 */

/** The code can't be bundled or evaluated: `file:line: message` where there is a place. */
export class LoadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LoadError';
    this.stack = `LoadError: ${message}`;
  }
}

/** An edit of a variant does not fit the source any more. */
export class VariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VariantError';
    this.stack = `VariantError: ${message}`;
  }
}
