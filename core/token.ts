/** Prints a token for development: `npm run token -- --user ada --role trader [--ttl 1h]`. */
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { tokenKey } from './auth.ts';
import { readEnvironment, symbolsPattern } from './environment.ts';
import { roles, userPattern } from './protocol.ts';
import { signToken } from './sign-token.ts';

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const usage = 'usage: npm run token -- --user NAME --role viewer|trader|admin [--symbols A,B] [--ttl 1h]';

const schema = z.object({
  user: z.string('--user is required').regex(userPattern, '--user must have 1 to 64 letters, digits or any of . _ @ -'),
  role: z.enum(roles, `--role must be one of ${roles.join(', ')}`),
  symbols: z
    .string()
    .regex(symbolsPattern, '--symbols must be symbols separated by commas')
    .transform((symbols) => symbols.split(','))
    .optional(),
  ttl: z.string().transform(parseTtlMs).default(unitsMs.h),
});

/** Parses `90s`, `30m`, `1h`, `7d` to milliseconds. */
function parseTtlMs(text: string, context: z.RefinementCtx<string>): number {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
  const ttlMs = match === null ? 0 : Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs];
  if (ttlMs > 0) return ttlMs;
  context.addIssue({ code: 'custom', message: '--ttl must be a time such as 90s, 30m, 1h or 7d' });
  return z.NEVER;
}

/** The requested token, or one line with the reason why none is issued. */
export function issueToken(
  parameters: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  wallMs: number,
): { readonly token: string } | { readonly problem: string } {
  if (variables['NODE_ENV'] === 'production') return { problem: 'tokens are not issued in production' };
  const environment = readEnvironment(variables);
  if ('problem' in environment) return environment;
  let values: unknown;
  try {
    const text = { type: 'string' } as const;
    const options = { user: text, role: text, symbols: text, ttl: text };
    values = parseArgs({ args: [...parameters], options, strict: true, allowPositionals: false }).values;
  } catch {
    return { problem: usage };
  }
  const result = schema.safeParse(values);
  if (!result.success) return { problem: result.error.issues[0]?.message ?? usage };
  const { user, role, symbols, ttl } = result.data;
  const { tokens, limits } = environment;
  if (ttl > limits.tokenLifetimeMaxMs) return { problem: '--ttl must be at most the limit tokenLifetimeMaxMs' };
  const [secret] = tokens.secrets;
  const { issuer, audience } = tokens;
  const times = { issuedAtMs: wallMs, expiresAtMs: wallMs + ttl };
  const claims = { tokenId: randomUUID(), user, role, symbols, issuer, audience, ...times };
  return { token: signToken(tokenKey(secret), claims) };
}

function main(): void {
  const issued = issueToken(process.argv.slice(2), process.env, Date.now());
  if ('token' in issued) {
    console.log(issued.token);
    return;
  }
  console.error(`seedstorm: ${issued.problem}`);
  process.exitCode = 2;
}

// Tests import this file; it prints only as the entry of a process.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
