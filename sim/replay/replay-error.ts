/** A replay file that can't be used. The message is one clear line and says what to do. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
