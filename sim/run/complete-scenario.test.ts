import { expect, test } from 'vitest';
import { expand } from '../plan/expand.ts';
import { FAULT_KINDS, FAULT_NAMES, type FaultName } from '../world/faults/catalogue.ts';
import type { AnyActor, ScenarioDefinition } from './scenario.ts';
import type { FaultSelector } from '../world/faults/selection.ts';
import { completeActor, completeScenario, scenarioNameOf, validateRelations } from './complete-scenario.ts';
import { defineScenario } from './scenario.ts';
import { ACTOR_DEFAULTS, SCENARIO_DEFAULTS } from './scenario-defaults.ts';

const ONLY_NAMED = ['redis-demoted', 'redis-subscriber-deaf'] as const satisfies readonly FaultName[];

const withoutOnlyNamed = (names: readonly FaultName[]): readonly FaultName[] =>
  names.filter((name) => !(ONLY_NAMED as readonly FaultName[]).includes(name));

const visit = async (): Promise<void> => Promise.resolve();

test.each([
  ['ticker.sim.ts', 'ticker'],
  ['tests/ticker.scenario.mts', 'ticker'],
  ['ticker.js', 'ticker'],
  ['a.b.ts', 'a.b'],
  ['.sim.ts', '.sim'],
])('%s names its scenario %s', (file, name) => {
  expect(scenarioNameOf(file)).toBe(name);
});

test('a scenario with only a system has every default', () => {
  const scenario = completeScenario(defineScenario({ system: './ticker.ts' }), 'ticker.sim.ts');
  const values = Object.entries(SCENARIO_DEFAULTS).flatMap(([key, entry]) =>
    'value' in entry ? [[key, entry.value] as const] : [],
  );
  expect(scenario).toMatchObject(Object.fromEntries(values));
  expect(scenario).toMatchObject({ name: 'ticker', system: { entry: './ticker.ts' }, operationMs: 15_000 });
  expect(scenario.faults).toEqual(
    withoutOnlyNamed(FAULT_NAMES).filter(
      (name) =>
        name !== 'mixed-versions' &&
        FAULT_KINDS.get(name)?.needsPort !== true &&
        // It has no actors.
        FAULT_KINDS.get(name)?.aims !== 'client',
    ),
  );
  expect(Object.keys(scenario).sort()).toEqual([...Object.keys(SCENARIO_DEFAULTS), 'possibleFaults'].sort());
  expect(validateRelations(scenario)).toBeNull();
});

test('settings of the scenario take precedence over defaults', () => {
  const system = { entry: './ticker.ts', otherVersion: { entry: './old.ts' } };
  const given = { name: 'mine', system, configuration: null, nodesMax: 5, settleMs: 3000, faultsMax: 0 };
  expect(completeScenario(given, 'ticker.ts')).toMatchObject({ ...given, operationMs: 3000 });
  const withActors = { ...given, actors: { visitor: { visit } } };
  expect(completeScenario(withActors, 'ticker.ts', { isMain: true }).faults).toEqual(withoutOnlyNamed(FAULT_NAMES));
  expect(completeScenario({ ...given, faults: ONLY_NAMED }, 'ticker.ts').faults).toEqual(ONLY_NAMED);
});

test('part of smallSendBuffers may be given', () => {
  const { value } = SCENARIO_DEFAULTS.smallSendBuffers;
  const completed = completeScenario({ system: './room.ts', smallSendBuffers: { oneSeedIn: 1 } }, 'room.ts');
  expect(completed.smallSendBuffers).toEqual({ bytes: value.bytes, oneSeedIn: 1 });
});

test('faults may be groups, of the kinds that can have an effect, and exclusions', () => {
  const faultsOf = (faults: readonly FaultSelector[]) =>
    completeScenario({ system: './room.ts', faults }, 'room.ts').faults;
  expect(faultsOf(['time'])).toEqual(['timers-late', 'clock-skew', 'clock-jump']);
  expect(faultsOf(['network'])).not.toContain('connect-refused');
  const usual = completeScenario({ system: './room.ts' }, 'room.ts').faults;
  expect(faultsOf(['-partition'])).toEqual(usual.filter((name) => name !== 'partition'));
  expect(faultsOf([])).toEqual([]);
});

test('only a main module has faults of ports by default', () => {
  const faultsOf = (isMain: boolean) => completeScenario({ system: './server.ts' }, 'server.ts', { isMain }).faults;
  expect(faultsOf(true)).toContain('connect-refused');
  expect(faultsOf(false)).not.toContain('connect-refused');
  expect(faultsOf(false)).toContain('partition');
  const named = ['connect-refused'] as const;
  expect(completeScenario({ system: './server.ts', faults: named }, 'server.ts').faults).toEqual(named);
});

test('a system that cannot use Redis has no faults of Redis by default', () => {
  const { faults } = completeScenario({ system: './room.ts' }, 'room.ts', { mayUseRedis: false });
  expect(faults.filter((name) => FAULT_KINDS.get(name)?.group === 'redis')).toEqual([]);
  expect(faults).toContain('partition');
});

test('a system without failpoints has no faults of them by default', () => {
  const faultsOf = (mayUseFailpoints: boolean) =>
    completeScenario({ system: './room.ts' }, 'room.ts', { mayUseFailpoints }).faults;
  expect(faultsOf(true)).toContain('failpoint-error');
  expect(faultsOf(false).filter((name) => FAULT_KINDS.get(name)?.group === 'point')).toEqual([]);
});

test('a scenario without actors has no faults of clients by default', () => {
  const faultsOf = (actors: ScenarioDefinition['actors']) =>
    completeScenario({ system: './room.ts', actors }, 'room.ts').faults;
  expect(faultsOf({ visitor: { visit } })).toContain('client-stall');
  expect(faultsOf({})).not.toContain('client-stall');
  expect(faultsOf({})).toContain('partition');
});

test('former names of faults are accepted', () => {
  const faults = ['redis-deaf', 'latency'] as never;
  expect(completeScenario({ system: 's.ts', faults }, 's.ts').faults).toEqual(['redis-message-lost', 'latency']);
});

test.each<[string, AnyActor]>([
  ['the short form', { visit, look: visit }],
  ['the full form', { operations: { visit, look: visit } }],
])('%s has the defaults of an actor', (_, definition) => {
  const actor = completeActor(definition);
  expect(actor).toMatchObject({
    operations: { visit, look: visit },
    countMax: ACTOR_DEFAULTS.countMax.value,
    leave: null,
  });
  expect([actor.optional, actor.create()]).toEqual([[], {}]);
});

test('the default script draws every operation, with short and long pauses', () => {
  const actors = { guest: completeActor({ visit, look: visit }) };
  const cohorts = [{ actor: 'guest', count: 40, operationsMax: 6 }];
  const plan = { seed: '0x1', nodes: 1, chaosMs: 60_000, cohorts, operations: [], faults: [] } as const;
  const operations = expand(plan, actors);
  expect(operations).toHaveLength(240);
  expect(new Set(operations.map(({ name }) => name))).toEqual(new Set(['visit', 'look']));
  const pauses = operations
    .filter((operation, index) => operations[index - 1]?.actor === operation.actor)
    .map(({ atMs }, index) => atMs - (operations[index + Math.floor(index / 5)]?.atMs ?? 0));
  const long = pauses.filter((ms) => ms >= 1000).length;
  expect(pauses.every((ms) => ms <= 500 || (ms >= 1000 && ms <= 4000))).toBe(true);
  expect(long / pauses.length).toBeGreaterThan(0.03);
  expect(long / pauses.length).toBeLessThan(0.25);
  // With fewer actors, the operations of the others stay the same.
  expect(expand({ ...plan, cohorts: [{ actor: 'guest', count: 3, operationsMax: 6 }] }, actors)).toEqual(
    operations.slice(0, 18),
  );
});
