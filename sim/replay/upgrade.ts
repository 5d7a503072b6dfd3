/**
 * From a replay file of format version 1 to version 2. Only names changed: choices keep their keys,
 * so that an upgraded replay draws what it drew before.
 */
import { currentFaultName } from '../world/faults/former-names.ts';
import { currentVerdict } from './former-names.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Upgrades the parsed document. Whatever has an unexpected shape is left as it is, for the schema
 * to report.
 */
export function upgradeFromVersion1(document: JsonObject): JsonObject {
  const { plan, expected, violation, ...rest } = document;
  return {
    ...rest,
    version: 2,
    plan: isObject(plan) ? upgradePlan(plan) : plan,
    expected: isObject(expected) ? upgradeExpected(expected) : expected,
    violation: isObject(violation) ? renameKey(violation, 'about', 'subject') : violation,
  };
}

function upgradePlan(plan: JsonObject): JsonObject {
  const { faults } = plan;
  const upgraded = renameKey(plan, 'plain', 'minimal');
  return Array.isArray(faults) ? { ...upgraded, faults: faults.map(upgradeFault) } : upgraded;
}

function upgradeFault(fault: unknown): unknown {
  if (!isObject(fault) || typeof fault['kind'] !== 'string') return fault;
  return { ...fault, kind: currentFaultName(fault['kind']) };
}

function upgradeExpected(expected: JsonObject): JsonObject {
  const { onVariant } = expected;
  const upgraded = renameKey(expected, 'onClean', 'onUnmodified');
  return isObject(onVariant) ? { ...upgraded, onVariant: upgradeFailure(onVariant) } : upgraded;
}

function upgradeFailure(failure: JsonObject): JsonObject {
  const { verdict, signature } = failure;
  if (typeof verdict !== 'string' || typeof signature !== 'string') return failure;
  const current = currentVerdict(verdict);
  const isPrefixed = signature === verdict || signature.startsWith(`${verdict}: `);
  return {
    ...failure,
    verdict: current,
    signature: isPrefixed ? current + signature.slice(verdict.length) : signature,
  };
}

function renameKey(object: JsonObject, from: string, to: string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
