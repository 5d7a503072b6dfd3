import { createLogger } from '../adapters/pino-records.ts';
import { readEnvironment } from '../environment.ts';
import type { RunningServer } from '../server.ts';
import { serve } from '../server.ts';
import { issueToken } from '../token.ts';

/** The gateway as in production, on a free port. Default: a price every 5 ms. */
export async function served(variables: Record<string, string> = {}): Promise<RunningServer> {
  const environment = readEnvironment({ PORT: '0', PRICE_INTERVAL_MS: '5', LOG_LEVEL: 'silent', ...variables });
  if ('problem' in environment) throw new Error(environment.problem);
  return serve({ environment, logger: createLogger('silent') });
}

/** A token that is valid for `served`. */
export function tokenFor(user: string, role: string): string {
  const issued = issueToken(['--user', user, '--role', role], {}, Date.now());
  if ('problem' in issued) throw new Error(issued.problem);
  return issued.token;
}
