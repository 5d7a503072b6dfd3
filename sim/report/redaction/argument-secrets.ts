/**
 * Secrets in the arguments of operations. An argument named `token` or `password` often names a
 * kind, such as `expired`, and the actor makes the secret from it. So a value counts as a secret by
 * its name only if it looks like one.
 */

/** One word with a digit, such as `hunter22`. */
const CREDENTIAL = /^(?=\S*\d)\S{8,}$/;

export type Arguments = Readonly<Record<string, unknown>>;

/** The texts in which secrets are found. */
export function argumentTextsIn(given: Arguments): string[] {
  return Object.entries(given).map(([name, value]) => textOf(name, value));
}

/** The same object if it has no secret. */
export function argumentsWithoutSecrets(given: Arguments, redact: (text: string) => string): Arguments {
  const changed = Object.entries(given).flatMap(([name, value]): (readonly [string, unknown])[] => {
    const text = textOf(name, value);
    const safe = redact(text);
    if (safe === text) return [];
    return isPlain(value) ? [[name, safe]] : Object.entries(JSON.parse(safe) as Arguments);
  });
  return changed.length === 0 ? given : { ...given, ...Object.fromEntries(changed) };
}

/** With its name if that may show that it is a secret. */
function textOf(name: string, value: unknown): string {
  return isPlain(value) ? value : JSON.stringify({ [name]: value });
}

function isPlain(value: unknown): value is string {
  return typeof value === 'string' && !CREDENTIAL.test(value);
}
