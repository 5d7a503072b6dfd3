/**
 * The time of graceful stops: compares the moment at which a deployment stops a process with its
 * end.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Pauses } from '../support/pauses.ts';
import { seconds } from '../support/seconds.ts';

const MARK = 'a node stopped while Redis did not reply';

export const stopsInTime: Property = {
  id: 'stops-in-time',
  kind: 'always',
  marks: [{ name: MARK, withinSeeds: 500 }],
  description:
    'A gateway that is stopped gracefully ends with exit code 0 within the limit of a stop, also if Redis does not reply.',
  checker: (view) => new StopsInTime(view),
};

const { stopWithinMs } = simulatedLimits;

/** Tolerance for late timers. */
const SLACK_MS = 500;

/** They stop nodes gracefully. */
const DEPLOYMENTS: ReadonlySet<string> = new Set(['deploy', 'mixed-versions']);
/** Redis accepts connections and commands, but does not reply. */
const MUTE = 'redis-stall';

interface Stop {
  readonly node: string;
  readonly process: number;
  readonly beganAtMs: number;
  isMute: boolean;
}

type NodeRecord = Extract<RunRecord, { type: 'node' }>;
type FaultRecord = Extract<RunRecord, { type: 'fault' }>;

class StopsInTime implements Checker {
  readonly observes = ['node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #stops = new Map<string, Stop>();
  /** The process of each node that is up. */
  readonly #processes = new Map<string, number>();
  readonly #mute = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
  }

  observe(record: NodeRecord | FaultRecord): void {
    if (record.type === 'fault') this.#fault(record);
    else if (record.phase === 'ready') this.#processes.set(record.node, record.process);
    else if (record.phase === 'stopped' || record.phase === 'crashed') this.#ended(record);
  }

  quiescent(): void {
    if (this.#stops.size === 0) return;
    const { nowMs } = this.#view;
    for (const stop of this.#stops.values()) {
      const dueAtMs = Math.max(stop.beganAtMs, this.#pauses.lastMs(stop.node, nowMs)) + stopWithinMs + SLACK_MS;
      this.#view.check(nowMs <= dueAtMs, () => ({
        subject: 'still stopping',
        text: `${stop.node} has not ended since ${seconds(stop.beganAtMs)}, when it was stopped`,
      }));
    }
  }

  #fault({ id, kind, phase, detail, atMs }: FaultRecord): void {
    if (kind === MUTE && phase !== 'hit') {
      if (phase === 'ended') this.#mute.delete(id);
      else this.#mute.add(id);
      if (this.#mute.size > 0) for (const stop of this.#stops.values()) stop.isMute = true;
    }
    const process = this.#processes.get(detail);
    // A process that is not ready yet has no listener for signals.
    if (!DEPLOYMENTS.has(kind) || phase !== 'hit' || process === undefined) return;
    this.#stops.set(detail, { node: detail, process, beganAtMs: atMs, isMute: this.#mute.size > 0 });
  }

  #ended({ node, process, phase, exit }: NodeRecord): void {
    this.#processes.delete(node);
    const stop = this.#stops.get(node);
    this.#stops.delete(node);
    // Another fault may have killed it.
    if (stop?.process !== process || phase === 'crashed') return;
    if (stop.isMute) this.#view.mark(MARK);
    this.#view.check((exit?.code ?? 0) === 0, () => ({
      subject: 'exit code',
      text: `${node} ended with exit code ${String(exit?.code)} after it was stopped`,
    }));
  }
}
