/**
 * Members that a real object has and its simulated one lacks. They are refused by name: calling a
 * method, reading or setting a value, and setting a method report an escape and throw, so a run can
 * not pass because code caught the error. A method may be read, as code does to find out whether it
 * exists.
 */
import { EventEmitter } from 'node:events';

/** Reports an escape, such as `server.handleUpgrade`, and throws. */
export type Refuse = (way: string) => never;

export interface RefusedMembers {
  readonly methods: readonly string[];
  readonly values: readonly string[];
}

/**
 * Adds the members to a prototype. `owner` names the object in reports; `refuseOf` returns the
 * `Refuse` of an instance.
 */
export function refuseMembers<Instance extends object>(
  prototype: Instance,
  owner: string,
  { methods, values }: RefusedMembers,
  refuseOf: (instance: Instance) => Refuse,
): void {
  const define = (name: string, get: (this: Instance) => unknown): void => {
    function set(this: Instance): never {
      return refuseOf(this)(`the setter of ${owner}.${name}`);
    }
    Object.defineProperty(prototype, name, { get, set, enumerable: false, configurable: true });
  };
  for (const name of methods) {
    const refused = function (this: Instance): never {
      return refuseOf(this)(`${owner}.${name}`);
    };
    define(name, () => refused);
  }
  for (const name of values) {
    define(name, function (this: Instance): never {
      return refuseOf(this)(`the getter of ${owner}.${name}`);
    });
  }
}

/**
 * Refuses to listen to these events, by name. `once` and `prependOnceListener` call the methods
 * that are replaced here.
 */
export function refuseEvents<Instance extends EventEmitter>(
  prototype: Instance,
  owner: string,
  events: ReadonlySet<string>,
  refuseOf: (instance: Instance) => Refuse,
): void {
  for (const name of ['on', 'addListener', 'prependListener'] as const) {
    const inherited = EventEmitter.prototype[name];
    prototype[name] = function (this: Instance, event, listener) {
      if (events.has(String(event))) refuseOf(this)(`${owner}.${name}('${String(event)}')`);
      return Reflect.apply(inherited, this, [event, listener]) as Instance;
    };
  }
}
