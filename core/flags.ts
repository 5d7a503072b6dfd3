import { parseArgs } from 'node:util';

/** They may hold a secret, and every user of a machine can list the arguments of its processes. */
const withoutFlag: readonly string[] = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'REDIS_URL'];

/** `--jwt-issuer` for `JWT_ISSUER`; null for a setting that has no flag. */
export function flagOf(setting: string): string | null {
  return withoutFlag.includes(setting) ? null : `--${setting.toLowerCase().replaceAll('_', '-')}`;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables with those that flags replace, or the problem in one line: `--port 9000` sets
 * `PORT`. The line never contains a value.
 */
export function withFlags(
  parameters: readonly string[],
  settings: readonly string[],
  variables: Variables,
): { readonly variables: Variables } | { readonly problem: string } {
  const byFlag = new Map(settings.flatMap((setting) => [[flagOf(setting)?.slice(2), setting] as const]));
  const options = Object.fromEntries([...byFlag.keys()].flatMap((flag) => (flag ? [[flag, { type: 'string' }]] : [])));
  try {
    const { values } = parseArgs({
      args: [...parameters],
      options: options as Record<string, { type: 'string' }>,
      strict: true,
      allowPositionals: false,
    });
    const flags = Object.entries(values).map(([flag, value]) => [byFlag.get(flag), value]);
    return { variables: { ...variables, ...(Object.fromEntries(flags) as Variables) } };
  } catch {
    return {
      problem: `unknown flag or missing value (expected ${settings.flatMap((s) => flagOf(s) ?? []).join(', ')})`,
    };
  }
}
