/**
 * A ready-made property: Node has nothing to warn of.
 *
 * Evidence. Node warns of an emitter with more listeners for an event than its limit, which is 10
 * by default: mostly a listener per connection or request that is never removed. It warns of a
 * delay above 2^31 - 1 ms, which it replaces by 1 ms: a timer for next month fires at once.
 */
import type { RunRecord } from '../../kernel/record.ts';
import type { Checker, CheckerView, Property } from '../property.ts';
import type { PropertyOptions } from './create-property.ts';

export interface NoWarningsOptions extends PropertyOptions {
  /** `no-warnings` by default. */
  readonly id?: string;
  /** Names of warnings that fail; by default those of too many listeners and too long a delay. */
  readonly names?: readonly string[];
}

const NAMES = ['MaxListenersExceededWarning', 'TimeoutOverflowWarning'] as const;

/** No process causes a warning of too many listeners or of a timer that is too long. */
export function noWarnings(options: NoWarningsOptions = {}): Property {
  const { id = 'no-warnings', names = NAMES, risk, judgedWithinSeeds } = options;
  const { description = `No process causes a warning of Node: ${names.join(', ')}.` } = options;
  const checker = (view: CheckerView) => new WarningChecker(view, names);
  return { id, description, risk, judgedWithinSeeds, kind: 'always', checker };
}

class WarningChecker implements Checker {
  readonly observes = ['probe'] as const;
  readonly #view: CheckerView;
  readonly #names: readonly string[];

  constructor(view: CheckerView, names: readonly string[]) {
    this.#view = view;
    this.#names = names;
  }

  observe(record: RunRecord): void {
    if (record.type !== 'probe' || record.name !== 'sim.warning') return;
    const { warning, event, text } = record.fields;
    if (!this.#names.includes(String(warning))) return;
    this.#view.check(false, () => ({
      subject: event === undefined ? String(warning) : `${String(warning)} for ${String(event)}`,
      text: `${record.node} caused a warning: ${String(text)}`,
    }));
  }

  end(): void {
    this.#view.check(true);
  }
}
