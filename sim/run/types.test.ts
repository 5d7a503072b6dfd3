/** The types of scenarios: inference, and mistakes that the compiler rejects. Checked by tsc. */
import { expect, expectTypeOf, test } from 'vitest';
import {
  type ActorContext,
  type ClientSocket,
  type CheckerView,
  defineActor,
  defineScenario,
  type FaultName,
  type FaultSelector,
  type Property,
  scenarioFor,
  type ScenarioDefinition,
  type SimNode,
  type StartSystem,
} from '../index.ts';

interface Configuration {
  readonly seats: number;
  readonly room?: string;
}

const member = defineActor({
  create: () => ({ socket: null as ClientSocket | null, visits: 0 }),
  operations: {
    async enter(context, { seat }: { seat: number }) {
      expectTypeOf(context).toEqualTypeOf<ActorContext<{ socket: ClientSocket | null; visits: number }>>();
      expectTypeOf(seat).toEqualTypeOf<number>();
      context.state.socket = await context.connect();
      context.state.visits += seat;
    },
    async look({ state }) {
      expectTypeOf(state.visits).toEqualTypeOf<number>();
      await Promise.resolve();
      return 'ok';
    },
  },
  script: (draw, operationsMax) => [
    { name: 'enter', arguments: { seat: draw.integer('seat', 1, operationsMax) }, pauseMs: 10 },
    { name: 'look', pauseMs: 10 },
  ],
  leave: ({ state }) => state.socket?.close(),
});

test('state, arguments and configuration are inferred together', () => {
  const scenario = defineScenario({
    system: './system.ts',
    configuration: { seats: 2, names: ['a'] },
    actors: {
      member,
      guest: {
        async visit({ connect, integer, pick, fraction, sleep, state }) {
          const socket = await connect();
          expectTypeOf(socket).toEqualTypeOf<ClientSocket>();
          expectTypeOf(integer('stayMs', 1, 2)).toEqualTypeOf<number>();
          expectTypeOf(pick('room', ['red', 'blue'] as const)).toEqualTypeOf<'red' | 'blue'>();
          expectTypeOf(state).toEqualTypeOf<Record<string, unknown>>();
          await sleep(fraction('share'));
        },
      },
      regular: {
        create: () => ({ count: 0 }),
        operations: {
          async visit({ state }, { stayMs }: { stayMs: number }) {
            expectTypeOf(state).toEqualTypeOf<{ count: number }>();
            expectTypeOf(stayMs).toEqualTypeOf<number>();
            await Promise.resolve();
          },
        },
        script: (draw) => [{ name: 'visit', arguments: { stayMs: draw.integer('stay', 1, 3) }, pauseMs: 3 }],
        leave: ({ state }) => expectTypeOf(state.count).toEqualTypeOf<number>(),
      },
    },
    properties: [
      {
        id: 'seats',
        kind: 'always',
        description: 'Seats are kept.',
        checker: ({ configuration }) => {
          expectTypeOf(configuration).toEqualTypeOf<{ seats: number; names: string[] }>();
          return { observe: () => undefined };
        },
      },
    ],
  });
  expectTypeOf(scenario).toEqualTypeOf<ScenarioDefinition<{ seats: number; names: string[] }>>();
  expect(Object.keys(scenario.actors ?? {})).toEqual(['member', 'guest', 'regular']);
});

test('the type of a configuration can be an explicit interface', () => {
  const seats: Property<Configuration> = {
    id: 'seats',
    kind: 'always',
    description: 'Seats are kept.',
    checker: (view) => {
      expectTypeOf(view).toEqualTypeOf<CheckerView<Configuration>>();
      return { observe: () => undefined };
    },
  };
  const anywhere: Property = { ...seats, checker: () => ({ observe: () => undefined }) };
  const start: StartSystem<Configuration> = (node) => {
    expectTypeOf(node).toEqualTypeOf<SimNode<Configuration>>();
    return {};
  };
  const scenario = scenarioFor<Configuration>()({
    system: { entry: './system.ts' },
    configuration: { seats: 2 },
    properties: [seats, anywhere],
  });
  expectTypeOf(scenario.configuration).toEqualTypeOf<Configuration | undefined>();
  expect(start).toBeTypeOf('function');
});

test('the compiler rejects mistakes', () => {
  // @ts-expect-error: an unknown fault
  defineScenario({ system: './system.ts', faults: ['latenci'] });
  // @ts-expect-error: an unknown key
  defineScenario({ system: './system.ts', fault: ['latency'] });
  // @ts-expect-error: without a system
  defineScenario({ faults: ['latency'] });
  // @ts-expect-error: a configuration of the wrong type
  scenarioFor<Configuration>()({ system: './system.ts', configuration: { seats: 'two' } });
  const operations = { enter: (_context: ActorContext, { seat }: { seat: number }) => Promise.resolve(void seat) };
  // @ts-expect-error: an argument of the wrong type
  defineActor({ operations, script: () => [{ name: 'enter', arguments: { seat: 'one' }, pauseMs: 1 }] });
  // @ts-expect-error: a missing argument
  defineActor({ operations, script: () => [{ name: 'enter', pauseMs: 1 }] });
  // @ts-expect-error: an unknown operation
  defineActor({ operations, script: () => [{ name: 'leave', arguments: { seat: 1 }, pauseMs: 1 }] });
  // @ts-expect-error: an invalid outcome
  defineActor({ operations: { enter: async () => Promise.resolve('fine') } });
  // @ts-expect-error: operations next to a key of the full form
  defineScenario({ system: './system.ts', actors: { guest: { countMax: 3, visit: async () => Promise.resolve() } } });
});

test('names of faults are a union', () => {
  expectTypeOf<'latency'>().toExtend<FaultName>();
  expectTypeOf<'failpoint-error'>().toExtend<FaultName>();
  expectTypeOf<string>().not.toExtend<FaultName>();
  expectTypeOf<'redis' | '-redis-stall' | '-network'>().toExtend<FaultSelector>();
  expectTypeOf<'-latenci' | 'point'>().not.toExtend<FaultSelector>();
});
