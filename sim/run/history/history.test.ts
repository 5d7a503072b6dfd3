import { describe, expect, it } from 'vitest';
import type { PublisherEvent, SubscriberEvent } from './events.ts';
import { atLeastOnce, atMostOnce, everyMessageOnce, type Guarantees, newestState } from './guarantees.ts';
import { checkSubscriber } from './subscriber.ts';

type Event = SubscriberEvent | PublisherEvent;

const TYPES = { s: 'subscribe', u: 'unsubscribe', r: 'resume' } as const;
const PHASES = { '?': 'begin', '!': 'ok', '-': 'fail', '~': 'unknown' } as const;

/**
 * A short notation for the history of one channel: `s? s! u? u!` are begun and answered subscribes
 * and unsubscribes (`-` failed, `~` unknown, `r` resume, `s!5` with a position), `p1` is published,
 * `1` delivered, `x` closed, `v` revoked, `n` restarted.
 */
function events(short: string): Event[] {
  const channel = 'c';
  return short.split(' ').map((word): Event => {
    const [, letter = '', mark = '', number = ''] = /^([a-z]?)([?!~-]?)(\d*)$/.exec(word) ?? [];
    const position = Number(number);
    if (letter === '') return { type: 'delivered', channel, position };
    if (letter === 'p') return { type: 'published', channel, position };
    if (letter === 'x') return { type: 'closed' };
    if (letter === 'n') return { type: 'restarted', channel };
    const at = number === '' ? {} : { position };
    if (letter === 'v') return { type: 'revoked', channel, ...at };
    const type = TYPES[letter as keyof typeof TYPES];
    return { type, phase: PHASES[mark as keyof typeof PHASES], channel, ...at };
  });
}

const breaches = (guarantees: Guarantees, short: string): string[] =>
  checkSubscriber(events(short), guarantees).map(({ kind, position }) => `${kind} ${position}`);

/** Each message arrives once, in any order. */
const anyOrder: Guarantees = { ...everyMessageOnce, order: 'any' };
const noPromise: Guarantees = { ...atMostOnce, order: 'any', duplicates: 'allowed', afterEnd: 'allowed' };

type Case = readonly [guarantees: Guarantees, short: string, found?: readonly string[]];

const judged = (cases: readonly Case[]): void => {
  it.each(cases.map(([guarantees, short, found = []]) => ({ guarantees, short, found })))(
    '$short: $found',
    ({ guarantees, short, found }) => expect(breaches(guarantees, short)).toEqual(found),
  );
};

describe('order', () =>
  judged([
    [newestState, 's? s! 1 2 5'],
    [newestState, 's? s! 1 3 2', ['order 2']],
    [newestState, 's? s! 5 2 3 6', ['order 2', 'order 3']],
    // A new subscription may start at any position.
    [newestState, 's? s! 7 8 u? u! s? s! 1 2'],
    [newestState, 's? s! 7 8 x s? s! 1 2'],
    [anyOrder, 's? s! p1 p2 p3 3 1 2'],
    [atLeastOnce, 's? s! 1 2 1 2 3'],
    [{ ...atLeastOnce, gaps: 'conflated' }, 's? s! 1 3 1 2', ['order 2']],
    [noPromise, 's? s! 3 1 2 2 x 9'],
  ]));

describe('duplicates', () =>
  judged([
    [everyMessageOnce, 's? s! 1 1 2', ['duplicate 1']],
    [newestState, 's? s! 1 4 6 4 7', ['duplicate 4']],
    [anyOrder, 's? s! p1 p2 p3 3 1 3 2', ['duplicate 3']],
    [atLeastOnce, 's? s! 1 1 2'],
    // A second subscribe while subscribed has no effect.
    [newestState, 's? s! 1 s? s! 1', ['duplicate 1']],
    [newestState, 's? s! 1 s? s- 2'],
  ]));

describe('gaps', () =>
  judged([
    [everyMessageOnce, 's? s! 4 5 6'],
    [everyMessageOnce, 's? s! 4 6 7', ['gap 5']],
    [everyMessageOnce, 's? s! 4 7 9', ['gap 5', 'gap 8']],
    [newestState, 's? s! 4 6'],
    // Messages published before the answer may be missed; those published after it may not.
    [everyMessageOnce, 'p1 p2 s? p3 s! p4 p5 4 5'],
    [everyMessageOnce, 'p1 p2 s? p3 s! p4 p5 3 4 5'],
    [everyMessageOnce, 'p1 p2 s? p3 s! p4 p5 5', ['gap 4']],
    [everyMessageOnce, 's? s! p4 p5 5', ['gap 4']],
    [everyMessageOnce, 's? s! p4 p5 4 u? p6 u!'],
    [everyMessageOnce, 's? s! p4 p5 4', ['gap 5']],
    [everyMessageOnce, 's? s! p4', ['gap 4']],
    // Before the answer there is no guarantee, but a delivery then shows where the subscription is.
    [everyMessageOnce, 's? 2 4 s! 5'],
    [everyMessageOnce, 's? 2 4 s! 6', ['gap 5']],
    // Answers with positions.
    [everyMessageOnce, 's? p4 s!3', ['gap 4']],
    [everyMessageOnce, 's? p3 s!3'],
    [everyMessageOnce, 's? s!3 5', ['gap 4']],
    [everyMessageOnce, 's? 1 s!3 4 u? 5 u!5'],
    [everyMessageOnce, 's? s!3 4 u? u!5', ['gap 5']],
    [everyMessageOnce, 's? s!3 v4', ['gap 4']],
    [anyOrder, 's? s!3 6 4 u? u!6', ['gap 5']],
    [anyOrder, 's? s! p1 p2 p3 3 1', ['gap 2']],
    [anyOrder, 'p1 s? s! p2 p3 3 2'],
  ]));

describe('after the end', () =>
  judged([
    [newestState, '1', ['after-end 1']],
    [newestState, 's? s! 1 u? 2 u! 3', ['after-end 3']],
    [newestState, 's? s! 1 v 2', ['after-end 2']],
    [newestState, 's? s! 1 x 2', ['after-end 2']],
    [newestState, 's? s- 1', ['after-end 1']],
    [newestState, 's? 1 s- 2', ['after-end 2']],
    [newestState, 's? s! u? u- 1'],
    [{ ...newestState, afterEnd: 'allowed' }, 's? s! 1 u? u! 2'],
    // A subscribe before the unsubscribe was answered: later messages belong to the second
    // subscription.
    [newestState, 's? s! 7 u? s? 8 u! 1 s! 2'],
    [newestState, 's? s! 7 u? s? u? 8 u! s! 1 u! 2', ['after-end 2']],
    // No subscribe since the end of the connection.
    [newestState, 's? x s! 1', ['after-end 1']],
    [newestState, 's? s! u? x u! s? s! 1'],
  ]));

describe('the newest message at the end', () =>
  judged([
    [newestState, 's? s! p1 p2 p3 1 3'],
    [newestState, 's? s! p1 p2 p3 1 2', ['newest 3']],
    [newestState, 'p1 p2 s? s!'],
    [newestState, 's? s! p1 p2 u? u!'],
    [newestState, 's? s! p1 p2 u?'],
    [newestState, 's? s! p1 p2 x'],
    [newestState, 's? s! p1 p2 1 u? u-', ['newest 2']],
    [newestState, 's? p1 p2'],
    [atMostOnce, 's? s! p1 p2 1'],
    // The publisher restarts after the subscriber came, which was before its new first message.
    [newestState, 'p1 p2 p3 s? s! n p1 p2 1', ['newest 2']],
    [everyMessageOnce, 'p1 p2 p3 s? s! n p1 p2 2', ['gap 1']],
    [everyMessageOnce, 'p1 p2 p3 s? s! n p1 p2 1 2'],
    [everyMessageOnce, 'p1 p2 p3 s? s! n p1 p2', ['newest 2']],
    [newestState, 's? s! p1 p2 p3 1 3 n p1 p2', ['newest 2']],
    // Messages from before the restart may still be under way.
    [everyMessageOnce, 's? p1 p2 s! n u? 1 2 u!'],
  ]));

it('an equal value counts as the newest', () => {
  const of = (value: string) =>
    checkSubscriber(
      [
        ...events('s? s!'),
        { type: 'delivered', channel: 'c', position: 1, value: 'on' },
        ...[2, 3].map((position): Event => ({ type: 'published', channel: 'c', position, value })),
      ],
      newestState,
    ).length;
  expect([of('on'), of('off')]).toEqual([0, 1]);
});

describe('resume', () =>
  judged([
    [everyMessageOnce, 's? s! p1 p2 p3 1 x r? r! 2 3'],
    [everyMessageOnce, 's? s! p1 p2 p3 1 x r? 2 r! 3'],
    [everyMessageOnce, 's? s! p1 p2 p3 1 x r? r! 3', ['gap 2']],
    [everyMessageOnce, 's? s! p1 p2 p3 1 x r? 3 r!', ['gap 2']],
    [everyMessageOnce, 's? s! p1 p2 p3 1 x r? r!', ['gap 2']],
    [everyMessageOnce, 's? s! p1 p2 1 2 x r? r! 2', ['duplicate 2']],
    [newestState, 's? s! p1 p2 p3 1 x r? r! 3'],
    [newestState, 's? s! p1 p2 p3 1 x r? r!', ['newest 3']],
    // The subscriber sends its last position, which is lower than the last delivered if it lost
    // some.
    [everyMessageOnce, 's? s! p1 p2 1 2 x r?1 r! 2'],
    [everyMessageOnce, 's? s! p1 p2 1 2 x r?0 r! 2', ['gap 1']],
    // The resume failed, and a new subscription begins.
    [everyMessageOnce, 's? s! p1 p2 p3 1 x r? r- s? s! p4 4'],
  ]));

describe('unknown outcomes', () =>
  judged([
    [everyMessageOnce, 's? s~'],
    [everyMessageOnce, 's? s~ p1 p2 1 2'],
    [everyMessageOnce, 's? s~ p1 p2 1'],
    [newestState, 's? s~ 1 x 2', ['after-end 2']],
    [newestState, 's? s~ 2 1', ['order 1']],
    // Delivery may continue or stop.
    [everyMessageOnce, 's? s! p1 p2 1 u? u~ 2'],
    [everyMessageOnce, 's? s! p1 p2 1 u? u~'],
    [everyMessageOnce, 's? s! 1 u? u~ 3', ['gap 2']],
    // The subscription may have ended, so one fresh start is allowed after another subscribe.
    [newestState, 's? s! 7 u? u~ s? 8 1 s! 2'],
    [newestState, 's? s! 7 u? u~ s? s! 1 2'],
    [newestState, 's? s! 7 u? u~ s? s! 8 9'],
    [newestState, 's? s! 7 u? u~ s? 1 s! 2 1', ['duplicate 1']],
    [newestState, 's? s! 7 u? u~ s? s- 8 1', ['order 1']],
    [everyMessageOnce, 's? s! p1 1 u? s? u~ p2 s! p3 3'],
    // The unsubscribe may take effect after the next subscribe, until the connection ends.
    [newestState, 's? s! u? u~ s? s! p1 p2 1'],
    [newestState, 's? s! u? u~ x s? s! p1 p2 1', ['newest 2']],
    [newestState, 's? s~ s? s! u? u! 1'],
    // An outcome that arrives after the end of the connection is ignored.
    [newestState, 's? x s~ 1', ['after-end 1']],
  ]));

it('each channel is checked separately', () => {
  const other = events('s? s! p5 5').map((event) => ('channel' in event ? { ...event, channel: 'd' } : event));
  const [first, ...rest] = events('s? s! 1 3');
  expect(checkSubscriber([...(first ? [first] : []), ...other, ...rest], everyMessageOnce)).toEqual([
    { kind: 'gap', channel: 'c', position: 2, text: 'never got position 2' },
  ]);
});
