/** Invalid arguments, options or configuration. The message is one line and says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
