/**
 * `Date` on the wall clock of the host. Only the current time differs from the native class. The
 * time zone is that of the process, and `Intl.DateTimeFormat` without a date reads the real clock.
 */
import type { AmbientHost } from '../system/image.ts';
import { isInstanceOfNative } from './instance.ts';

const NativeDate = Date;

export function createDate(host: AmbientHost): DateConstructor {
  function now(): number {
    // The native clock has whole milliseconds.
    return Math.floor(host.wallMs());
  }

  class SimulatedDate extends NativeDate {
    constructor(...parameters: []) {
      if (parameters.length === 0) super(now());
      else super(...parameters);
    }

    static override now(): number {
      return now();
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return isInstanceOfNative(this, SimulatedDate, NativeDate, value);
    }
  }
  Object.defineProperties(SimulatedDate, { name: { value: 'Date' }, length: { value: NativeDate.length } });

  // A class can't be called, but `Date()` without `new` returns a text.
  const callable = new Proxy(SimulatedDate, { apply: () => new NativeDate(now()).toString() });
  Object.defineProperty(SimulatedDate.prototype, 'constructor', {
    value: callable,
    writable: true,
    configurable: true,
  });
  return callable as unknown as DateConstructor;
}
