/**
 * `process.env`: the environment of the process that runs, as the object that Node shows. Every
 * value becomes a string when it is assigned.
 */
import type { AmbientHost } from '../../system/image.ts';
import { nodeError } from './node-error.ts';

export function createEnvironment(host: AmbientHost): Record<string, string> {
  const current = (): Record<string, string> => host.state.env;
  return new Proxy<Record<string, string>>(
    {},
    {
      get: (target, key) => (isOwn(current(), key) ? current()[key] : Reflect.get(target, key)),
      set(_target, key, value) {
        current()[text(key)] = text(value);
        return true;
      },
      has: (target, key) => isOwn(current(), key) || Reflect.has(target, key),
      deleteProperty(_target, key) {
        if (typeof key === 'string') delete current()[key];
        return true;
      },
      ownKeys: () => Object.keys(current()),
      getOwnPropertyDescriptor: (_target, key) =>
        isOwn(current(), key)
          ? { value: current()[key], writable: true, enumerable: true, configurable: true }
          : undefined,
      defineProperty(_target, key, { value, configurable, writable, enumerable }) {
        if (configurable !== true || writable !== true || enumerable !== true)
          throw nodeError(
            TypeError,
            'ERR_INVALID_OBJECT_DEFINE_PROPERTY',
            "'process.env' only accepts a configurable, writable, and enumerable data descriptor",
          );
        current()[text(key)] = text(value);
        return true;
      },
    },
  );
}

function isOwn(env: Record<string, string>, key: PropertyKey): key is string {
  return typeof key === 'string' && Object.hasOwn(env, key);
}

/** Throws for a symbol, as Node does. */
function text(value: unknown): string {
  if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
  return String(value);
}
