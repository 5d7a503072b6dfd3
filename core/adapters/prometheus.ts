import { Counter, Gauge, Registry } from 'prom-client';
import type { CounterName, Metrics } from '../ports.ts';

/** What each counter counts, and the name of its label. */
const counters: Readonly<Record<CounterName, readonly [help: string, label?: string]>> = {
  refusals: ['error frames sent, by code', 'code'],
  closings: ['connections ended, by close code', 'code'],
  store_errors: ['operations on the store that failed or had no answer in time'],
  store_retries: ['operations on the store that repeat a failed one'],
  conflated_prices: ['prices that were replaced by newer ones while they waited for slow readers or requested rates'],
  unpublished_prices: ['prices that Redis did not take while it was away or too slow'],
  messages_dropped: ['messages of other nodes that were not valid'],
};

/** Values that are read when Prometheus asks for them. */
export interface Measures {
  readonly connections: number;
  readonly authenticated: number;
  readonly subscriptions: number;
  readonly streams: number;
  readonly tasks: number;
  readonly unsaved: number;
  readonly outboxBytes: number;
  readonly eventLoopLagMs: number;
  readonly isDegraded: boolean;
  readonly isBreakerOpen: boolean;
}

const gauges: readonly (readonly [name: string, help: string, read: (measures: Measures) => number])[] = [
  ['connections', 'open connections', (m) => m.connections],
  ['authenticated', 'authenticated connections', (m) => m.authenticated],
  ['subscriptions', 'subscriptions of all connections', (m) => m.subscriptions],
  ['streams', 'symbols whose prices are read', (m) => m.streams],
  ['tasks', 'background tasks', (m) => m.tasks],
  ['unsaved', 'connections whose row in the store is not confirmed', (m) => m.unsaved],
  ['outbox_bytes', 'bytes that clients have not read', (m) => m.outboxBytes],
  ['event_loop_lag_seconds', 'lateness of the last sweep', (m) => m.eventLoopLagMs / 1000],
  [
    'store_breaker_open',
    '1 while rows are not written because the store keeps failing',
    (m) => (m.isBreakerOpen ? 1 : 0),
  ],
  ['degraded', '1 if health is degraded', (m) => (m.isDegraded ? 1 : 0)],
];

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** All metrics in the text format of Prometheus. */
  text(measures: Measures): Promise<string>;
}

/** Metrics of one gateway. Labels are codes of the gateway's own tables: no text from outside. */
export function prometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  const counting = new Map(
    Object.entries(counters).map(([name, [help, label]]) => [
      name,
      new Counter({ name: `gateway_${name}_total`, help, labelNames: label === undefined ? [] : [label], registers }),
    ]),
  );
  const measuring = gauges.map(([name, help, read]) => ({
    gauge: new Gauge({ name: `gateway_${name}`, help, registers }),
    read,
  }));
  return {
    contentType: registry.contentType,
    count: (name, label) => {
      if (label === undefined) counting.get(name)?.inc();
      else counting.get(name)?.inc({ code: label });
    },
    text: (measures) => {
      for (const { gauge, read } of measuring) gauge.set(read(measures));
      return registry.metrics();
    },
  };
}
