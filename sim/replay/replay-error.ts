/** A replay file that can't be used. The message is one line. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
