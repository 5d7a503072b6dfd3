/**
 * Warnings as records. Node tells the real process about what its own classes find, such as too
 * many listeners of an EventEmitter, in the step in which it happens.
 */
import type { Fields } from '../kernel/record.ts';

const MANY_LISTENERS = 'MaxListenersExceededWarning';

/** Enough for every name of an event that a person chose. */
const LENGTH_MAX = 100;

/**
 * Whether every version of Node reports it whenever it happens. Each deprecation is reported once
 * in the life of the real process, and only Node 20 warns of the listeners of an AbortSignal: such
 * warnings are printed and not recorded.
 */
export function isRepeatable(warning: Error): boolean {
  const { target } = warning as Error & { readonly target?: unknown };
  return warning.name === MANY_LISTENERS && !(target instanceof AbortSignal);
}

/** What is the same in every version of Node. */
export function fieldsOfWarning(warning: Error): Fields {
  const { name, code, type, count } = warning as Error & { code?: unknown; type?: unknown; count?: unknown };
  return {
    warning: short(name),
    ...(typeof code === 'string' ? { code: short(code) } : {}),
    ...(name === MANY_LISTENERS ? { event: short(String(type)), listeners: Number(count) } : {}),
  };
}

function short(text: string): string {
  return text.slice(0, LENGTH_MAX);
}
