/**
 * Judges a real run by properties of the simulator. It receives what the clients see as the records
 * that a simulated run would have. A frame counts as sent when it arrives, so only properties that
 * compare the content and the order of frames can judge it.
 */
import { gatewayConfiguration } from '../../properties/configuration.ts';
import { handedOver } from '../../properties/guarantees/handed-over.ts';
import { numberedPrices } from '../../properties/guarantees/numbered-prices.ts';
import { plainComments } from '../../properties/guarantees/plain-comments.ts';
import { subscriberHistory } from '../../properties/guarantees/subscriber-history.ts';
import { versioned } from '../../properties/guarantees/versioned.ts';
import type { Checker, CheckerView, Finding, Property, RunRecord } from '../../sim/index.ts';
import type { RecordView } from '../../sim/run/property.ts';

/** The properties that judge a real run. */
export const JUDGING: readonly Property[] = [handedOver, numberedPrices, plainComments, subscriberHistory, versioned];

type Unstamped<R extends RunRecord = RunRecord> = R extends RunRecord ? Omit<R, 'step' | 'atMs'> : never;

export interface Verdict {
  readonly property: string;
  readonly checks: number;
  readonly violations: number;
  /** The first violation. */
  readonly text: string;
}

interface Judged {
  readonly property: Property;
  readonly checker: Checker;
  checks: number;
  violations: number;
  text: string;
}

const VIEW_ONLY = ['frame', 'node'] as const;

export class Judge {
  readonly #startedAtMs = performance.now();
  readonly #shared = new Map<() => RecordView, RecordView>();
  readonly #judged: readonly Judged[];
  #step = 0;

  constructor() {
    this.#judged = JUDGING.map((property) => this.#judge(property));
  }

  observe(unstamped: Unstamped): void {
    this.#step += 1;
    const record = { ...unstamped, step: this.#step, atMs: this.#nowMs } as RunRecord;
    for (const view of this.#shared.values()) if (isObserved(view, record)) view.observe(record);
    for (const { checker } of this.#judged) {
      if (isObserved(checker, record)) checker.observe?.(record);
      checker.quiescent?.();
    }
  }

  /** Ends the run. */
  verdicts(): readonly Verdict[] {
    for (const { checker } of this.#judged) checker.end?.();
    return this.#judged.map(({ property: { id }, checks, violations, text }) => ({
      property: id,
      checks,
      violations,
      text,
    }));
  }

  get #nowMs(): number {
    return performance.now() - this.#startedAtMs;
  }

  #judge(property: Property): Judged {
    const nowMs = (): number => this.#nowMs;
    const shared = this.#shared;
    const view: CheckerView = {
      get ledger(): never {
        throw new Error('a real run has no ledger');
      },
      configuration: gatewayConfiguration,
      get nowMs() {
        return nowMs();
      },
      check: (holds, finding) => {
        judged.checks += 1;
        if (holds) return;
        judged.violations += 1;
        if (judged.violations === 1) judged.text = textOf(finding ?? property.description);
      },
      shared: <View extends RecordView>(make: () => View): View => {
        const found = shared.get(make) ?? make();
        shared.set(make, found);
        return found as View;
      },
      mark: () => undefined,
    };
    const judged: Judged = { property, checker: property.checker(view), checks: 0, violations: 0, text: '' };
    return judged;
  }
}

function isObserved({ observes = VIEW_ONLY }: Partial<RecordView>, { type }: RunRecord): boolean {
  return (observes as readonly string[]).includes(type);
}

function textOf(finding: string | (() => Finding | string)): string {
  const found = typeof finding === 'function' ? finding() : finding;
  return typeof found === 'string' ? found : `${found.subject}: ${found.text}`;
}
