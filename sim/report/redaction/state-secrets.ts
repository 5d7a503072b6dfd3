/** Secrets in the state of a system, which are recognised by the names in their paths. */
import type { StateChange } from '../../kernel/state-change.ts';
import { SECRET_NAMES } from './secret-names.ts';

const SECRET_NAME = new RegExp(SECRET_NAMES, 'i');

/** A text in quotes, or a part of one. Other values have no secret. */
const TEXT = /^"/;

export function changeWithoutSecrets({ step, path, before, after }: StateChange): StateChange {
  const shown = (value: string | null): string | null => (value === null ? null : valueWithoutSecrets(path, value));
  return { step, path, before: shown(before), after: shown(after) };
}

export function valueWithoutSecrets(path: string, value: string): string {
  return SECRET_NAME.test(path) && TEXT.test(value) ? '[redacted]' : value;
}
