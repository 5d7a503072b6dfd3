/**
 * Validates what scripts return: it must be possible to run it, save it and run it again. Scenarios
 * may be JavaScript, which no compiler checks.
 */
import type { ScriptedOperation } from './script.ts';
import { isName, NAME_LENGTH_MAX, NAME_RULE } from './names.ts';
import { isPlainJson, isPlainObject } from './json-value.ts';
import { PLAN_LIMITS } from './shape.ts';

/**
 * Returns a description of the first error, or null. `operations`: the operations of the actor; any
 * name is valid without them.
 */
export function validateScript(
  scripted: readonly ScriptedOperation[],
  operations: Readonly<Record<string, unknown>> | undefined,
): string | null {
  if (scripted.length > PLAN_LIMITS.operationsPerActor)
    return `it has ${scripted.length} operations (at most ${PLAN_LIMITS.operationsPerActor})`;
  for (const [index, operation] of scripted.entries()) {
    const flaw = validateOperation(operation, operations);
    if (flaw !== null) return `operation ${index + 1} ${flaw}`;
  }
  return null;
}

function validateOperation(
  operation: unknown,
  operations: Readonly<Record<string, unknown>> | undefined,
): string | null {
  if (typeof operation !== 'object' || operation === null) return `is ${String(operation)}, not { name, pauseMs }`;
  const { name, pauseMs, arguments: given } = operation as Record<string, unknown>;
  if (typeof name !== 'string') return `has the name ${String(name)}, which must be a string`;
  if (operations !== undefined && !Object.hasOwn(operations, name))
    return `has the unknown name ${name} (expected one of: ${Object.keys(operations).join(', ')})`;
  if (!isName(name)) return `has the invalid name ${name} (expected ${NAME_RULE})`;
  if (typeof pauseMs !== 'number' || !Number.isFinite(pauseMs) || pauseMs < 0)
    return `(${name}) has pauseMs ${String(pauseMs)}, which must be a number of milliseconds, 0 or more`;
  return given === undefined || areArguments(given)
    ? null
    : `(${name}) has arguments that are not JSON (objects, arrays, strings, finite numbers, true, false, null)`;
}

function areArguments(given: unknown): boolean {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given) && isPlainObject(given);
  return isObject && isPlainJson(given) && Object.keys(given).every((key) => key.length <= NAME_LENGTH_MAX);
}
