/**
 * The depth of calls as in Lua 5.1. fengari itself has no limit to the calls of Lua by Lua apart
 * from memory; those by the host, such as `pcall`, end at 200.
 */
import type { InnerState, Internals } from './internals.ts';

/** The list of calls cannot grow beyond this size: it doubles, and may not exceed 20,000. */
const DEPTH_MAX = 16_384;
/** What the handler of the error may use beyond it. */
const HANDLER_DEPTH = 200;

interface Call {
  depth?: number;
}

type CountedState = InnerState & { isOverflowing?: boolean; readonly ci: Call };

export function limitCalls({ defs, ldebug, ldo, lstate }: Internals): void {
  const extend = lstate.luaE_extendCI;
  lstate.luaE_extendCI = (state) => {
    const counted = state as CountedState;
    const depth = (counted.ci.depth ?? 0) + 1;
    if (depth < DEPTH_MAX) counted.isOverflowing = false;
    else if (counted.isOverflowing !== true) {
      counted.isOverflowing = true;
      ldebug.luaG_runerror(state, defs.to_luastring('stack overflow'));
    } else if (depth > DEPTH_MAX + HANDLER_DEPTH) ldo.luaD_throw(state, defs.thread_status['LUA_ERRERR'] ?? 0);
    const call = extend(state) as Call;
    call.depth = depth;
    return call;
  };
}
