/** What Lua 5.1 has no metamethod for. */
import type { LuaState } from 'fengari';
import type { InnerState } from './internals.ts';

/** Tables of Lua 5.1 have no `__len`. Gives the method a name that no script can write. */
export function ignoreLengthMethod(state: LuaState): void {
  const names = (state as unknown as InnerState).l_G.tmname;
  const index = names.findIndex((name) => Buffer.from(name.realstring).toString('latin1') === '__len');
  const name = names[index];
  if (name === undefined) throw new Error('fengari has no metamethod __len');
  names[index] = Object.assign(Object.create(Object.getPrototypeOf(name) as object) as typeof name, {
    realstring: new Uint8Array(0),
    hash: '(none)',
  });
}
