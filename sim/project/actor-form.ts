/**
 * Whether an actor is in one of its two forms: only operations, or the full form with the key
 * `operations`.
 */
import { ACTOR_DEFAULTS } from '../run/scenario-defaults.ts';
import { isObject } from './plain-values.ts';

const FULL_KEYS: readonly string[] = Object.keys(ACTOR_DEFAULTS);

/** What is wrong about the form of an actor, in words; null when it has one of them. */
export function validateActorForm(kind: string, actor: unknown): string | null {
  const where = `actors.${kind}`;
  if (!isObject(actor)) return `${where} must be an object of operations, or { operations: { … } }`;
  const { operations } = actor;
  if (isObject(operations)) return validateFullForm(where, actor, operations);
  if (Object.hasOwn(actor, 'operations') && typeof operations !== 'function')
    return `${where}.operations must be an object of functions`;
  return validateShortForm(where, actor);
}

function validateFullForm(where: string, actor: object, operations: object): string | null {
  const names = Object.keys(operations);
  if (names.length === 0) return `${where}.operations is empty: an actor has at least one operation`;
  const odd = names.find((name) => typeof (operations as Record<string, unknown>)[name] !== 'function');
  if (odd !== undefined) return `${where}.operations.${odd} must be a function`;
  const beside = Object.entries(actor).find(([key, value]) => !FULL_KEYS.includes(key) && typeof value === 'function');
  return beside === undefined ? null : `${where}.${beside[0]} is beside operations: move it into ${where}.operations`;
}

function validateShortForm(where: string, actor: Readonly<Record<string, unknown>>): string | null {
  const entries = Object.entries(actor);
  if (entries.length === 0) return `${where} is empty: an actor has at least one operation`;
  const part = entries.find(([key]) => FULL_KEYS.includes(key));
  if (part !== undefined)
    return `${where}.${part[0]} needs the full form of an actor: put the operations into ${where}.operations`;
  const odd = entries.find(([, value]) => typeof value !== 'function');
  return odd === undefined
    ? null
    : `${where}.${odd[0]} must be a function: an actor without operations is only functions`;
}
