import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Environment } from '../environment.ts';
import type { Alerts, Audit, Probe } from '../ports.ts';

/** Nothing secret is given to the log; these are removed all the same, should anybody ever do so. */
const secretNames = ['token', 'secret', 'authorization', 'password'];

/** JSON lines on stdout. */
export function createLogger(level: Environment['LOG_LEVEL']): Logger {
  const paths = secretNames.flatMap((name) => [name, `*.${name}`]);
  return pino({ level, base: null, redact: { paths, censor: '[removed]' } });
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

/** Alerts as errors in the log, marked `alert: true`: whoever watches the log passes them on. */
export function pinoAlerts(logger: Logger): Alerts {
  const lines = logger.child({ alert: true });
  return {
    raise: ({ name, about, text }) => {
      lines.error({ name, about }, text);
    },
  };
}

/** What the gateway tells of itself: its health always, the rest for whoever asks for traces. */
export function pinoProbe(logger: Logger): Probe {
  return {
    note: (name, fields) => {
      if (name === 'health.changed') logger.warn(fields ?? {}, name);
      else logger.trace(fields ?? {}, name);
    },
  };
}
