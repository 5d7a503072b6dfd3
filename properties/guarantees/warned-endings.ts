/**
 * Refused requests: how often a client may cause them, and what follows. Judged by the frames that
 * it is sent alone.
 */
import { closings, type StrikeCode } from '../../core/closings.ts';
import { errors } from '../../core/errors.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections } from '../support/connections.ts';
import { Warnings } from '../support/warnings.ts';

export const warnedEndings: Property = {
  id: 'warned-endings',
  kind: 'always',
  description:
    'Invalid frames, forbidden requests, unsafe comments and other refused requests are answered with an error frame. A client is ' +
    'sent at most the limit of each kind within a window. Only the next one within the window ends its connection, with the code of the table.',
  checker: (view) => new WarnedEndings(view),
};

/** Times of records are rounded. */
const ROUNDING_MS = 1;

const reasons = [...new Set(Object.values(errors).map(({ closing }) => closing))] as readonly StrikeCode[];

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class WarnedEndings implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  readonly #warnings = new Warnings();
  /** Links whose client was authenticated. Before that, the first refusal ends a connection. */
  readonly #authenticated = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    Connections.of(view).listen({ authenticated: ({ link }) => this.#authenticated.add(link) });
  }

  observe(record: FrameRecord): void {
    const { direction, phase, kind, link, code } = record;
    if (direction !== 'down' || phase !== 'sent') return;
    if (kind === 'close') {
      if (this.#authenticated.delete(link)) this.#closed(link, code);
      this.#warnings.delete(link);
      return;
    }
    const reason = this.#warnings.sent(record);
    if (reason !== null) this.#warned(link, reason);
  }

  #warned(link: string, reason: StrikeCode): void {
    const count = this.#warnings.count(link, reason, this.#view.nowMs, -ROUNDING_MS);
    const most = simulatedLimits[closings[reason].most];
    this.#view.check(count <= most, () => ({
      subject: 'too many warnings',
      text: `${link} was sent ${count} error frames for ${closings[reason].counts} within the window, but not closed`,
    }));
  }

  #closed(link: string, code: number): void {
    const possible = reasons.filter((reason) => closings[reason].closeCode === code);
    if (possible.length === 0) return;
    const isWarned = possible.some(
      (reason) =>
        this.#warnings.count(link, reason, this.#view.nowMs, ROUNDING_MS) >= simulatedLimits[closings[reason].most],
    );
    this.#view.check(isWarned, () => ({
      subject: 'closed without warning',
      text: `${link} was closed with ${code}, but was sent too few error frames within the window`,
    }));
  }
}
