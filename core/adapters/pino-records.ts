import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Environment } from '../environment.ts';
import type { Alerts, Audit, Probe } from '../ports.ts';

/** A safeguard: no code logs a secret, but fields with these names are removed from every line. */
const secretNames = ['token', 'secret', 'authorization', 'password'];

/** JSON lines on stdout, each written at once: the audit has no gap when the process is killed. */
export function createLogger(level: Environment['LOG_LEVEL']): Logger {
  const paths = secretNames.flatMap((name) => [name, `*.${name}`]);
  const options = { level, base: null, redact: { paths, censor: '[removed]' } };
  return pino(options, pino.destination({ fd: 1, sync: true }));
}

/** The audit as lines of the log, marked `audit: true`. */
export function pinoAudit(logger: Logger): Audit {
  const lines = logger.child({ audit: true });
  return {
    write: (entry) => {
      lines.info(entry);
    },
  };
}

/** Alerts as errors in the log, marked `alert: true`, for a log monitor to forward. */
export function pinoAlerts(logger: Logger): Alerts {
  const lines = logger.child({ alert: true });
  return {
    raise: ({ name, about, text }) => {
      lines.error({ name, about }, text);
    },
  };
}

/**
 * Events of the gateway, marked `probe: true`, with their name as the message: changes of health as
 * warnings, all others at level `trace`.
 */
export function pinoProbe(logger: Logger): Probe {
  const lines = logger.child({ probe: true });
  return {
    note: (name, fields) => {
      if (name === 'health.changed') lines.warn(fields ?? {}, name);
      else lines.trace(fields ?? {}, name);
    },
  };
}
