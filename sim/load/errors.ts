/** Errors of loading a scenario or a system. Each is one line, without a stack. */

/**
 * The code cannot be bundled or evaluated. The text is `file:line: message` if the place is known.
 */
export class LoadError extends Error {
  /** The package that each process has to evaluate, because it starts a timer when it is loaded. */
  readonly statefulPackage: string | null;

  constructor(message: string, statefulPackage: string | null = null) {
    super(message);
    this.name = 'LoadError';
    this.stack = `LoadError: ${message}`;
    this.statefulPackage = statefulPackage;
  }
}

/** An edit of a variant does not fit the source. */
export class VariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VariantError';
    this.stack = `VariantError: ${message}`;
  }
}
