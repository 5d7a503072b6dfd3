import * as z from 'zod';
import type { AccessRules } from './access.ts';
import { addressRange } from './access.ts';
import type { Limits } from './limits.ts';
import { limits } from './limits.ts';

/** For development only: it is public, so any reader of this file can sign tokens with it. */
export const developmentSecret = 'seedstorm-development-secret-that-is-public';

/** Symbols separated by commas. */
export const symbolsPattern = /^[A-Z0-9.-]{1,32}(,[A-Z0-9.-]{1,32})*$/;

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const portProblem = 'must be a port, 0 to 65535';
const limitsProblem = 'must be JSON with limits by name, such as {"sweepEveryMs":1000}';
const urlProblem = 'must be a URL redis://… or rediss://…';

const secret = z.string().min(32, 'must have at least 32 characters');
const claim = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must have 1 to 256 printable ASCII characters without spaces');

const schema = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, portProblem)
    .transform(Number)
    .refine((port) => port <= 65_535, portProblem)
    .default(8080),
  JWT_SECRET: secret.optional(),
  JWT_SECRET_PREVIOUS: secret.optional(),
  JWT_ISSUER: claim.default('seedstorm'),
  JWT_AUDIENCE: claim.default('prices'),
  ALLOWED_ORIGINS: z.string().transform(parseOrigins).optional(),
  ABSENT_ORIGIN: z.enum(['allow', 'refuse'], 'must be allow or refuse').default('allow'),
  TRUSTED_PROXIES: z.string().transform(parseProxies).optional(),
  REDIS_URL: z
    .string()
    .refine((url) => /^rediss?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''), urlProblem)
    .optional(),
  FEED: z.enum(['recorded', 'redis'], 'must be recorded or redis').default('recorded'),
  PUBLISH_PRICES: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((value) => value === 'true')
    .default(false),
  SYMBOLS: z
    .string()
    .regex(symbolsPattern, 'must be symbols separated by commas')
    .transform((symbols) => symbols.split(','))
    .optional(),
  PRICE_INTERVAL_MS: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a number of milliseconds, 1 to 9999999')
    .transform(Number)
    .default(1000),
  NODE_NAME: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must have 1 to 64 letters, digits, dots, dashes or underscores')
    .optional(),
  LIMITS: z.string().transform(parseLimits).optional(),
  LOG_LEVEL: z.enum(levels, `must be one of ${levels.join(', ')}`).default('info'),
});

/** The names of all settings. */
export const settings: readonly string[] = Object.keys(schema.shape);

/** The value of a setting that is absent; null for none. */
export function defaultOf(setting: string): string | null {
  const { success, data } = schema.shape[setting as keyof typeof schema.shape].safeParse(undefined);
  return success && data !== undefined ? String(data) : null;
}

type Values = z.infer<typeof schema>;

export interface TokenSettings {
  /** The current one, then the previous one if there is one. */
  readonly secrets: readonly [string, ...string[]];
  readonly issuer: string;
  readonly audience: string;
}

/** The validated settings of the process. */
export interface Environment extends Omit<
  Values,
  | 'JWT_SECRET'
  | 'JWT_SECRET_PREVIOUS'
  | 'JWT_ISSUER'
  | 'JWT_AUDIENCE'
  | 'LIMITS'
  | 'ALLOWED_ORIGINS'
  | 'ABSENT_ORIGIN'
  | 'TRUSTED_PROXIES'
> {
  readonly access: AccessRules;
  readonly tokens: TokenSettings;
  /** Whether tokens are signed with `developmentSecret`. */
  readonly isSecretKnown: boolean;
  /** All limits: those of `LIMITS`, and the defaults of the others. */
  readonly limits: Limits;
}

/**
 * Settings from environment variables, or the first problem in one line: the variable's name, never
 * its value.
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Environment | { readonly problem: string } {
  // Shells and containers use an empty variable for an absent one.
  const presentVariables = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = schema.safeParse(presentVariables);
  if (!result.success) {
    const issue = result.error.issues[0];
    return { problem: `${issue?.path.join('.') ?? 'environment'} ${issue?.message ?? 'is invalid'}` };
  }
  const { JWT_SECRET, JWT_SECRET_PREVIOUS, JWT_ISSUER, JWT_AUDIENCE, LIMITS, ...rest } = result.data;
  const { ALLOWED_ORIGINS, ABSENT_ORIGIN, TRUSTED_PROXIES, ...values } = rest;
  if (JWT_SECRET === undefined && values.NODE_ENV === 'production')
    return { problem: 'JWT_SECRET is required in production' };
  if (JWT_SECRET === undefined && !isLoopback(values.HOST)) {
    return { problem: 'JWT_SECRET is required when HOST is not a loopback address' };
  }
  if (JWT_SECRET_PREVIOUS !== undefined && (JWT_SECRET === undefined || JWT_SECRET === JWT_SECRET_PREVIOUS)) {
    return { problem: 'JWT_SECRET_PREVIOUS requires JWT_SECRET, and must differ from it' };
  }
  if (values.FEED === 'redis' && (values.REDIS_URL === undefined || values.SYMBOLS === undefined)) {
    return { problem: 'REDIS_URL and SYMBOLS are required when FEED is redis' };
  }
  if (values.PUBLISH_PRICES && (values.REDIS_URL === undefined || values.FEED !== 'recorded')) {
    return { problem: 'PUBLISH_PRICES requires REDIS_URL, and FEED must be recorded' };
  }
  return {
    ...values,
    tokens: {
      secrets: [JWT_SECRET ?? developmentSecret, ...(JWT_SECRET_PREVIOUS === undefined ? [] : [JWT_SECRET_PREVIOUS])],
      issuer: JWT_ISSUER,
      audience: JWT_AUDIENCE,
    },
    access: {
      origins: ALLOWED_ORIGINS ?? null,
      isOriginOptional: ABSENT_ORIGIN === 'allow',
      proxies: TRUSTED_PROXIES ?? [],
    },
    isSecretKnown: JWT_SECRET === undefined,
    limits: LIMITS ?? limits(),
  };
}

function parseOrigins(text: string, context: z.RefinementCtx<string>): AccessRules['origins'] {
  if (text === '*') return text;
  const origins = text.split(',');
  if (origins.every((origin) => /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin))
    return origins;
  context.addIssue({
    code: 'custom',
    message: 'must be * or origins separated by commas, such as https://example.org',
  });
  return z.NEVER;
}

function parseProxies(text: string, context: z.RefinementCtx<string>): AccessRules['proxies'] {
  try {
    return text.split(',').map(addressRange);
  } catch {
    const message = 'must be addresses or ranges separated by commas, such as 127.0.0.1,10.0.0.0/8';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
}

function parseLimits(text: string, context: z.RefinementCtx<string>): Limits {
  let message = limitsProblem;
  try {
    const overrides: unknown = JSON.parse(text);
    if (typeof overrides === 'object' && overrides !== null) return limits(overrides);
  } catch (error) {
    // Any other error may contain a part of the value.
    if (error instanceof RangeError) message = `has ${error.message}`;
  }
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
