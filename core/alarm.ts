import type { AuditTrail } from './audit.ts';
import type { Alerts, Probe } from './ports.ts';

/** Alerts, by name: failures that the gateway cannot recover from, and bugs. */
export const alarms = {
  store_unreachable: 'rows of connections could not be written to the store within the retry budget',
  revocations_unsynced: 'revocations could not be exchanged with the store within the retry budget',
  users_unsynced: 'connections of users could not be exchanged with the store within the retry budget',
  rates_unsynced: 'frames of users could not be exchanged with the store within the retry budget',
  feed_broken: 'a price feed keeps failing; it is tried again',
  task_failed: 'a background task ended with an error',
  teardown_incomplete: 'a step of a teardown failed; the others were taken',
  conversation_failed: 'a frame could not be handled; its connection was closed',
  sweep_failed: 'a connection could not be swept; it was dropped',
  stop_incomplete: 'the gateway stopped before all its work had ended',
} as const;

export type AlarmName = keyof typeof alarms;

/** Raises alerts, and never throws. */
export class Alarm {
  readonly #alerts: Alerts;
  readonly #probe: Probe;
  readonly #audit: AuditTrail;

  constructor(alerts: Alerts, probe: Probe, audit: AuditTrail) {
    this.#alerts = alerts;
    this.#probe = probe;
    this.#audit = audit;
  }

  /** @param about id of the connection, symbol or task; the same in every run of a seed */
  raise(name: AlarmName, about: string, cause?: unknown): void {
    this.#probe.note('alert.raised', { name, about });
    this.#audit.write('alert', { id: about, identity: null }, name);
    try {
      this.#alerts.raise({
        name,
        about,
        text: cause instanceof Error ? `${alarms[name]} (${cause.message})` : alarms[name],
      });
    } catch {
      // A failing alert channel must not break the caller.
    }
  }
}
