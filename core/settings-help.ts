import { defaultOf, settings } from './environment.ts';
import { flagOf } from './flags.ts';

/** By name of the setting. A test compares the names with those that are read. */
export const settingTexts: Readonly<Record<string, string>> = {
  NODE_ENV: '`production` requires JWT_SECRET',
  HOST: 'address to listen on',
  PORT: 'port to listen on; 0 picks a free one',
  JWT_SECRET: 'secret that signs tokens; required in production, and unless HOST is a loopback address',
  JWT_SECRET_PREVIOUS: 'previous secret, which stays valid during a rotation',
  JWT_ISSUER: 'the claim iss that a token must have',
  JWT_AUDIENCE: 'the claim aud that a token must have',
  ALLOWED_ORIGINS: 'origins of pages, separated by commas, or *; the host of the request by default',
  ABSENT_ORIGIN: 'allow or refuse clients without an origin',
  TRUSTED_PROXIES: 'proxies whose X-Forwarded-For counts: addresses or ranges, separated by commas',
  REDIS_URL: 'Redis that gateways share; none by default',
  FEED: 'recorded prices, or prices from redis',
  PUBLISH_PRICES: 'true publishes the recorded prices to Redis, for gateways whose FEED is redis',
  SYMBOLS: 'symbols of the feed, separated by commas',
  PRICE_INTERVAL_MS: 'time between two recorded prices',
  NODE_NAME: 'name of this gateway; drawn by default',
  LIMITS: 'limits that differ from their defaults, as JSON',
  LOG_LEVEL: 'the least severe log line to print',
};

/** The text of `--help`. */
export function settingsHelp(): string {
  const rows = settings.map((setting) => {
    const value = defaultOf(setting);
    const text = settingTexts[setting] ?? '';
    return [setting, flagOf(setting) ?? '', value === null ? text : `${text} (default: ${value})`] as const;
  });
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map(([name, flag, text]) => `  ${name.padEnd(width(0))}  ${flag.padEnd(width(1))}  ${text}`);
  return [
    'Usage: npm start [-- flags]',
    '',
    'The price gateway. A setting is an environment variable, or a flag, which replaces it.',
    'Settings that may hold a secret have no flag.',
    '',
    ...lines,
    '',
    'Exit codes: 0 stopped; 1 could not start; 2 a wrong setting; 130 a second SIGINT',
  ].join('\n');
}
