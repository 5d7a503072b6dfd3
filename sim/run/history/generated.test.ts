import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Breach } from './events.ts';
import { everyMessageOnce, type Guarantees, newestState } from './guarantees.ts';
import { checkSubscriber } from './subscriber.ts';
import { type Line, ModelSystem, type ModelOptions, type Step } from './test/model.ts';

const RUNS = 2000;

const calm: readonly Step[] = ['publish', 'subscribe', 'unsubscribe', 'arrive', 'read'];
const wild: readonly Step[] = [...calm, 'restart', 'give-up', 'refuse', 'revoke', 'break'];

/** Steps of two channels: mostly publishing, arriving and reading. */
const stepsOf = (steps: readonly Step[]): fc.Arbitrary<readonly (readonly [channel: 0 | 1, step: Step])[]> =>
  fc.array(
    fc.tuple(
      fc.constantFrom(0 as const, 1 as const),
      fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom<Step>('publish', 'arrive', 'read') },
        { weight: 1, arbitrary: fc.constantFrom(...steps) },
      ),
    ),
    { maxLength: 80, size: 'max' },
  );

/** Two independent systems with one subscriber: a broken connection affects both. */
function historyOf(steps: readonly (readonly [0 | 1, Step])[], options: ModelOptions): readonly Line[] {
  const lines: Line[] = [];
  const systems = ['left', 'right'].map((channel) => new ModelSystem(channel, options));
  const taken = [0, 0];
  const take = (): void =>
    systems.forEach((system, index) => {
      lines.push(...system.lines.slice(taken[index]));
      taken[index] = system.lines.length;
    });
  for (const [channel, step] of steps) {
    if (step === 'break') systems.forEach((system) => system.step(step));
    else systems[channel]?.step(step);
    take();
  }
  systems.forEach((system) => system.settle());
  take();
  return lines;
}

const anyOptions = fc.record({ conflates: fc.boolean(), tellsPositions: fc.boolean(), resumes: fc.boolean() });

describe('a correct system', () => {
  it('keeps its guarantees in every history', () => {
    fc.assert(
      fc.property(stepsOf(wild), anyOptions, (steps, options) => {
        const guarantees = options.conflates ? newestState : everyMessageOnce;
        expect(checkSubscriber(historyOf(steps, options), guarantees)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('also keeps weaker guarantees in every history', () => {
    fc.assert(
      fc.property(stepsOf(wild), anyOptions, (steps, options) => {
        const guarantees = { ...everyMessageOnce, order: 'any', duplicates: 'allowed' } as const;
        const asked = options.conflates ? { ...guarantees, gaps: 'conflated' as const } : guarantees;
        expect(checkSubscriber(historyOf(steps, options), asked)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

/** Returns the index of the delivery that the fraction selects, or null if the history has none. */
function pickDelivery(lines: readonly Line[], fraction: number): number | null {
  const places = lines.flatMap((line, index) => (line.type === 'delivered' ? [index] : []));
  return places[Math.floor(fraction * places.length)] ?? null;
}

interface Mutation {
  /** The weakest guarantees that the mutation breaks. */
  readonly guarantees: Guarantees;
  readonly found: Breach['kind'];
  /** Returns the history with the mistake, or null if the change would be correct. */
  mutate(lines: readonly Line[], at: number): Line[] | null;
}

function nextOf(lines: readonly Line[], at: number, isIt: (line: Line) => boolean): number | null {
  const line = lines[at];
  const channel = line !== undefined && 'channel' in line ? line.channel : '';
  for (let index = at + 1; index < lines.length; index += 1) {
    const other = lines[index];
    if (other === undefined || !('channel' in other) || other.channel !== channel) continue;
    if (isIt(other)) return index;
    // The search ends at the next subscription.
    if (other.type === 'subscribe') return null;
  }
  return null;
}

/** The number of pending subscribe requests of a channel before `at`. */
function asked(lines: readonly Line[], at: number, channel: string): number {
  const phases = lines
    .slice(0, at)
    .flatMap((line) => (line.type === 'subscribe' && line.channel === channel ? [line.phase] : []));
  return 2 * phases.filter((phase) => phase === 'begin').length - phases.length;
}

const mutations: Readonly<Record<string, Mutation>> = {
  drop: {
    guarantees: { ...everyMessageOnce, order: 'any', duplicates: 'allowed' },
    found: 'gap',
    mutate: (lines, at) => lines.filter((_line, index) => index !== at),
  },
  duplicate: {
    guarantees: { ...newestState, order: 'any' },
    found: 'duplicate',
    mutate: (lines, at) => lines.flatMap((line, index) => (index === at ? [line, line] : [line])),
  },
  swap: {
    guarantees: { ...newestState, duplicates: 'allowed' },
    found: 'order',
    mutate: (lines, at) => {
      const other = nextOf(lines, at, ({ type }) => type === 'delivered');
      if (other === null) return null;
      return lines.map((line, index) => (index === at ? lines[other] : index === other ? lines[at] : line) ?? line);
    },
  },
  late: {
    guarantees: newestState,
    found: 'after-end',
    mutate: (lines, at) => {
      const line = lines[at];
      const answer = nextOf(lines, at, (other) => other.type === 'unsubscribe' && other.phase === 'ok');
      if (line?.type !== 'delivered' || answer === null || asked(lines, answer, line.channel) > 0) return null;
      return [...lines.slice(0, at), ...lines.slice(at + 1, answer + 1), line, ...lines.slice(answer + 1)];
    },
  },
};

describe('a strict history with one mistake', () => {
  // Answers contain positions: without them, the last position before an unsubscribe is unknown.
  const strict: ModelOptions = { conflates: false, tellsPositions: true, resumes: false };

  it.each(Object.entries(mutations))('%s is found', (_name, { guarantees, found, mutate }) => {
    let mutated = 0;
    fc.assert(
      fc.property(stepsOf(calm), fc.double({ min: 0, max: 0.999, noNaN: true }), (steps, fraction) => {
        const lines = historyOf(steps, strict);
        const at = pickDelivery(lines, fraction);
        const broken = at === null ? null : mutate(lines, at);
        if (at === null || broken === null) return;
        mutated += 1;
        const { channel, position } = lines[at] as Extract<Line, { type: 'delivered' }>;
        const place = { kind: found, channel, position };
        for (const asked of [guarantees, everyMessageOnce]) {
          const breaches = checkSubscriber(broken, asked);
          expect(breaches.length).toBeGreaterThan(0);
          expect(breaches.every((breach) => breach.channel === channel)).toBe(true);
          if (asked === guarantees) expect(breaches[0]).toMatchObject(place);
        }
      }),
      { numRuns: RUNS },
    );
    expect(mutated).toBeGreaterThan(RUNS / 10);
  });
});
