/**
 * The defaults of a scenario and of its actors, each with its reason. docs/scenario.md has the same
 * list.
 */
import type { ScriptDraw, ScriptedOperation } from '../plan/script.ts';

/** A value, or in `derived` a description of how the default is computed. */
export type Default = { readonly reason: string } & ({ readonly value: unknown } | { readonly derived: string });

/** The entry for keys without a default. */
const REQUIRED = 'required';

export const SCENARIO_DEFAULTS = {
  name: {
    derived: 'the name of the file, without its extension and without `.sim` or `.scenario`',
    reason: '`ticker.sim.ts` is already called ticker.',
  },
  system: { derived: REQUIRED, reason: 'Nothing can be simulated without it. A string is its `entry`.' },
  configuration: { value: {}, reason: 'A system that has options has defaults for them.' },
  nodesMax: { value: 2, reason: 'Two nodes show most errors of shared state. A third costs time and rarely adds one.' },
  actors: { value: {}, reason: 'A system may have no clients, only timers of its nodes.' },
  operationsMax: { value: 6, reason: 'Enough to connect, do something, and come back. A failure stays readable.' },
  faults: {
    derived:
      'all kinds; `mixed-versions` only with `system.otherVersion`, faults of ports only for a main module, ' +
      'faults of Redis only if the system may use it, `redis-demoted` and `redis-subscriber-deaf` only if named',
    reason: 'Production does not pick its faults. Leave out only what your system is known not to survive.',
  },
  faultsMax: { value: 3, reason: 'Most failures need one or two faults. More of them hide what each one does.' },
  faultDurationMaxMs: {
    value: {},
    reason: 'Each kind has its own. A client that gives up after 20 s needs a longer outage.',
  },
  smallSendBuffers: {
    value: { bytes: [5120, 8192, 16_384], oneSeedIn: 4 },
    reason: 'A client that reads slowly then slows the system within seconds. Usually 64 KiB fill up first.',
  },
  chaosMs: {
    value: { min: 2000, max: 8000 },
    reason: 'Time for several operations of each actor, and for most faults to begin and end.',
  },
  settleMs: { value: 31_000, reason: 'A closing handshake that is never answered takes 30 s to give up.' },
  leaveMs: { value: 5000, reason: 'A closing handshake takes a round trip, and the clean-up behind it may use Redis.' },
  operationMs: {
    derived: '15000, or `settleMs` if that is less',
    reason: 'Longer than usual client timeouts. Raise it for operations that sleep for longer.',
  },
  properties: { value: [], reason: 'Crashes, escapes, nondeterminism and operations that never end are always found.' },
  variants: { value: [], reason: 'Mutants show that a property finds what it should; a first test has none.' },
} as const satisfies Readonly<Record<string, Default>>;

export const SYSTEM_DEFAULTS = {
  entry: {
    derived: REQUIRED,
    reason: 'The module that exports `start`, or a main module, relative to the scenario.',
  },
  start: {
    derived: '`start` if the entry exports it, else the entry is a main module',
    reason: 'A main module starts its server when it is run. Name the export to call instead.',
  },
  statefulPackages: { value: [], reason: 'Packages that keep state are found when a repeated run differs.' },
  stateless: { value: false, reason: 'Each process starts with fresh modules, as in production.' },
  env: {
    value: {},
    reason: 'A main module has `NODE_ENV`, `PORT`, `REDIS_URL`, `HOSTNAME` and `NODE_NAME` in any case.',
  },
  otherVersion: { derived: 'none', reason: 'Rolling upgrades need a second version to upgrade from.' },
} as const satisfies Readonly<Record<string, Default>>;

export const ACTOR_DEFAULTS = {
  operations: { derived: REQUIRED, reason: 'An actor without operations does nothing.' },
  create: { derived: 'an empty object', reason: 'Many actors keep nothing from one operation to the next.' },
  script: {
    derived: '`operationsMax` operations drawn from all, 0 to 500 ms apart; one pause in ten lasts 1 to 4 s',
    reason: 'Operations that follow closely race each other; long pauses let timeouts expire.',
  },
  leave: {
    derived: 'closes the sockets that the actor opened',
    reason: 'A system must be able to clean up after users that leave politely.',
  },
  countMax: { value: 10, reason: 'Races need few clients. Larger numbers make runs slower and plans harder to read.' },
  optional: { value: [], reason: 'Operations may depend on each other.' },
  concurrent: { value: [], reason: 'Operations may rely on the end of those before them.' },
  formerNames: { value: {}, reason: 'Needed only after a rename.' },
} as const satisfies Readonly<Record<string, Default>>;

export const OPERATION_MS = 15_000;

const PAUSE_MS_MAX = 500;
const LONG_PAUSE_SHARE = 0.1;
const LONG_PAUSE_MS = { min: 1000, max: 4000 };

/** The script of actors without one: any operation at any time, mostly in quick succession. */
export function defaultScript(names: readonly string[]) {
  return (draw: ScriptDraw, operationsMax: number): readonly ScriptedOperation[] =>
    Array.from({ length: names.length === 0 ? 0 : operationsMax }, () => ({
      name: draw.pick('operation', names),
      pauseMs:
        draw.fraction('is-long') < LONG_PAUSE_SHARE
          ? draw.integer('long-pause', LONG_PAUSE_MS.min, LONG_PAUSE_MS.max)
          : draw.integer('pause', 0, PAUSE_MS_MAX),
    }));
}
