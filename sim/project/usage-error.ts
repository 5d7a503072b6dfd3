/** What was asked for can't be done: wrong arguments or a wrong configuration. The message is one line and says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
