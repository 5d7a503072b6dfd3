/**
 * The error frames that each client was sent, by the reason for which its connection may end if it
 * gets too many within a window.
 */
import { closings, type StrikeCode } from '../../core/closings.ts';
import { type ErrorCode, errors } from '../../core/errors.ts';
import type { RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

/** Times of records are rounded. */
const ROUNDING_MS = 1;

const START = '{"type":"error","code":"';

export class Warnings {
  /** Times by link and reason, oldest first. */
  readonly #times = new Map<string, Map<StrikeCode, number[]>>();

  /** Counts the frame if it is an error frame. Returns its reason, or null. */
  sent({ kind, link, text, atMs }: FrameRecord): StrikeCode | null {
    if (kind !== 'text' || !text.startsWith(START)) return null;
    const code = text.slice(START.length, text.indexOf('"', START.length)) as ErrorCode;
    const { closing } = errors[code];
    let ofLink = this.#times.get(link);
    if (ofLink === undefined) this.#times.set(link, (ofLink = new Map()));
    const times = ofLink.get(closing);
    if (times === undefined) ofLink.set(closing, [atMs]);
    else times.push(atMs);
    return closing;
  }

  /** Number of warnings within the window, longer by `slackMs`. */
  count(link: string, closing: StrikeCode, nowMs: number, slackMs = 0): number {
    const sinceMs = nowMs - simulatedLimits[closings[closing].window] - slackMs;
    return (
      this.#times
        .get(link)
        ?.get(closing)
        ?.filter((atMs) => atMs > sinceMs).length ?? 0
    );
  }

  /** Whether the next refusal for this reason ends the connection. */
  exhausted(link: string, closing: StrikeCode, nowMs: number): boolean | 'unclear' {
    const most = simulatedLimits[closings[closing].most];
    const [atLeast, atMost] = [-ROUNDING_MS, ROUNDING_MS].map(
      (slackMs) => this.count(link, closing, nowMs, slackMs) >= most,
    );
    return atLeast === atMost ? atLeast === true : 'unclear';
  }

  delete(link: string): void {
    this.#times.delete(link);
  }
}
