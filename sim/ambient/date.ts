/**
 * `Date` on the wall clock of the host. Only "now" differs from the native class; the time zone is
 * the process's own, and so is the clock that `Intl.DateTimeFormat` reads when it is asked to
 * format nothing.
 */
import type { AmbientHost } from '../system/image.ts';
import { isInstanceOfNative } from './instance.ts';

const NativeDate = Date;

export function createDate(host: AmbientHost): DateConstructor {
  function now(): number {
    // A native clock reads whole milliseconds.
    return Math.floor(host.wallMs());
  }

  class ShadowDate extends NativeDate {
    constructor(...parameters: []) {
      if (parameters.length === 0) super(now());
      else super(...parameters);
    }

    static override now(): number {
      return now();
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return isInstanceOfNative(this, ShadowDate, NativeDate, value);
    }
  }
  Object.defineProperties(ShadowDate, { name: { value: 'Date' }, length: { value: NativeDate.length } });

  // A class can't be called; `Date()` without `new` is text, and the proxy adds nothing else.
  const callable = new Proxy(ShadowDate, { apply: () => new NativeDate(now()).toString() });
  Object.defineProperty(ShadowDate.prototype, 'constructor', { value: callable, writable: true, configurable: true });
  return callable as unknown as DateConstructor;
}
