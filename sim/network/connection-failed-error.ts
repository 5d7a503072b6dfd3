/**
 * The rejection of a connection attempt: refused, reset, or without a common subprotocol.
 *
 * A scenario's bundle has its own copy of this class, while the simulator throws this one. So
 * instances are recognised by a brand that all copies share, and `instanceof` works on both sides.
 */
const BRAND = Symbol.for('seedstorm.ConnectionFailedError');

export class ConnectionFailedError extends Error {
  override readonly name = 'ConnectionFailedError';
  readonly [BRAND] = true;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
