/**
 * Objects of the simulator's own that systems use. Calling, constructing or setting what such an
 * object does not have reports an escape by name and throws, so a run can't pass because code
 * caught the error.
 */
import type { Refuse } from '../system/refused-members.ts';

/** Names that promises, `JSON.stringify` and printers look up in every object. */
const LOOKED_UP = new Set(['then', 'toJSON', 'inspect', 'nodeType', 'tagName', 'asymmetricMatch']);

const isLookedUp = (name: string): boolean => LOOKED_UP.has(name) || /^[@$_]/.test(name);

function nothing(): void {}

/**
 * Refuses what `members` does not have. The members themselves stay own properties of one plain
 * object, so they cost nothing.
 */
export function strictObject<Members extends object>(owner: string, members: Members, refuse: Refuse): Members {
  const others = new Proxy<object>(
    {},
    {
      get(target, name, receiver) {
        if (typeof name === 'symbol' || name in target || isLookedUp(name)) return Reflect.get(target, name, receiver);
        return refused(`${owner}.${name}`, refuse);
      },
      set: (_target, name) => refuse(`the setter of ${owner}.${String(name)}`),
    },
  );
  return Object.setPrototypeOf(members, others) as Members;
}

/** May be read and compared. Its members are refused as well. */
function refused(way: string, refuse: Refuse): unknown {
  return new Proxy(nothing, {
    apply: () => refuse(way),
    construct: () => refuse(way),
    set: (_target, name) => refuse(`the setter of ${way}.${String(name)}`),
    get(target, name) {
      if (typeof name === 'symbol' || name in target || isLookedUp(name)) return Reflect.get(target, name) as unknown;
      return refused(`${way}.${name}`, refuse);
    },
  });
}
