/**
 * Settings of `node:net` and `node:http` that Node keeps for the whole process. Each simulated
 * process has its own. They have no effect: all addresses lead to one machine, and parsers are
 * Node's.
 */
import http from 'node:http';
import net from 'node:net';
import type { ModuleExports } from '../builtins/module-proxy.ts';

/** As in Node. */
const ATTEMPT_MS_MIN = 10;
const INT32_MAX = 2 ** 31 - 1;

const isCount = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;

/** Node's own functions throw for invalid values, and set nothing then. */
export function netSettings(): ModuleExports {
  let selectsFamily = net.getDefaultAutoSelectFamily();
  let attemptMs = net.getDefaultAutoSelectFamilyAttemptTimeout();
  return {
    getDefaultAutoSelectFamily: () => selectsFamily,
    setDefaultAutoSelectFamily(value: boolean) {
      if (typeof value === 'boolean') selectsFamily = value;
      else net.setDefaultAutoSelectFamily(value);
    },
    getDefaultAutoSelectFamilyAttemptTimeout: () => attemptMs,
    setDefaultAutoSelectFamilyAttemptTimeout(value: number) {
      if (isCount(value, INT32_MAX)) attemptMs = Math.max(value, ATTEMPT_MS_MIN);
      else net.setDefaultAutoSelectFamilyAttemptTimeout(value);
    },
  };
}

export function setMaxIdleHttpParsers(max: number): void {
  if (!isCount(max, Number.MAX_SAFE_INTEGER)) http.setMaxIdleHTTPParsers(max);
}
