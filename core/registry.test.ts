import { describe, expect, test } from 'vitest';
import type { Identity } from './auth.ts';
import type { Farewell } from './closings.ts';
import type { Connection } from './connection.ts';
import { limits } from './limits.ts';
import { Outbox } from './outbox.ts';
import type { TeardownStep } from './registry.ts';
import { Registry } from './registry.ts';
import { FakeSocket } from './test/fake-socket.ts';
import { ManualClock } from './test/manual-clock.ts';

const identity: Identity = {
  user: 'ada',
  role: 'viewer',
  tokenId: 'token-1',
  symbols: null,
  issuedAtMs: 0,
  expiresAtMs: 0,
  endsAtMs: 0,
};
const farewell: Farewell = { code: 1000, reason: '', manner: 'gone' };

function build(steps: readonly TeardownStep[] = []) {
  const notes: string[] = [];
  const failed: string[] = [];
  const registry = new Registry({
    probe: { note: (name) => void notes.push(name) },
    steps,
    stepFailed: (step) => void failed.push(step),
  });
  const open = (id: string): Connection => {
    const socket = new FakeSocket();
    const nothing = (): void => undefined;
    return registry.open({
      id,
      socket,
      outbox: new Outbox(
        { limits: limits(), clock: new ManualClock(), overflowed: nothing, conflated: nothing, broken: nothing },
        socket,
        id,
      ),
      openedAtMs: 0,
    });
  };
  const enter = (id: string, ...symbols: string[]): Connection => {
    const connection = open(id);
    registry.authenticate(connection, identity, 7);
    for (const symbol of symbols) registry.subscribe(connection, symbol);
    return connection;
  };
  return { registry, open, enter, notes, failed };
}

describe('the registry', () => {
  test('authenticates a connection once', () => {
    const { registry, open } = build();
    const connection = open('c-1');
    expect(registry.authenticate(connection, identity, 7)).toBe(true);
    expect(registry.authenticate(connection, { ...identity, user: 'eve' }, 8)).toBe(false);
    expect(connection).toMatchObject({ state: 'authenticated', identity, sinceMs: 7 });
    expect(registry.connectionsOf('eve')).toEqual([]);
  });

  test('lists the connections of a user, oldest first, as they were at the time', () => {
    const { registry, enter } = build();
    const [first, second] = [enter('c-1'), enter('c-2')];
    const before = registry.connectionsOf('ada');
    registry.close(first, farewell);
    expect(before).toEqual([first, second]);
    expect(registry.connectionsOf('ada')).toEqual([second]);
    registry.close(second, farewell);
    expect([registry.connectionsOf('ada'), registry.users()]).toEqual([[], []]);
  });

  test('ignores subscriptions of a connection that is pending or closed', () => {
    const { registry, open, enter } = build();
    const pending = open('c-1');
    registry.subscribe(pending, 'AAPL');
    const gone = enter('c-2');
    registry.close(gone, farewell);
    registry.subscribe(gone, 'AAPL');
    expect(registry.subscriberCount('AAPL')).toBe(0);
    expect(registry.authenticate(gone, identity, 0)).toBe(false);
    expect(gone.state).toBe('closed');
  });

  test('counts repeated subscriptions to a symbol once', () => {
    const { registry, enter } = build();
    const connection = enter('c-1', 'AAPL', 'AAPL');
    expect([registry.subscriberCount('AAPL'), registry.subscriptionCount]).toEqual([1, 1]);
    registry.unsubscribe(connection, 'AAPL');
    registry.unsubscribe(connection, 'AAPL');
    expect([registry.subscriberCount('AAPL'), registry.subscriptionCount]).toEqual([0, 0]);
  });

  test('has removed a connection from all indices before the first step of its teardown', () => {
    const observed: unknown[] = [];
    const step: TeardownStep = {
      name: 'look',
      run: (connection, _farewell, symbols) =>
        observed.push([
          registry.size,
          registry.authenticatedCount,
          registry.subscriptionCount,
          registry.subscribersOf('AAPL').length,
          registry.connectionsOf('ada').length,
          connection.state,
          symbols,
        ]),
    };
    const { registry, enter } = build([step]);
    registry.close(enter('c-1', 'AAPL', 'IBM'), farewell);
    expect(observed).toEqual([[0, 0, 0, 0, 0, 'closed', ['AAPL', 'IBM']]]);
  });

  test('runs every step of a teardown although others throw', () => {
    const taken: string[] = [];
    const step = (name: string, fails: boolean): TeardownStep => ({
      name,
      run: () => {
        taken.push(name);
        if (fails) throw new Error(name);
      },
    });
    const { registry, enter, failed } = build([step('a', true), step('b', false), step('c', true), step('d', false)]);
    expect(registry.close(enter('c-1'), farewell)).toBe(true);
    expect(taken).toEqual(['a', 'b', 'c', 'd']);
    expect(failed).toEqual(['a', 'c']);
  });

  test('ends a connection once, even if a step of its teardown ends it again', () => {
    let runs = 0;
    const step: TeardownStep = {
      name: 'again',
      run: (connection) => {
        runs += 1;
        registry.close(connection, farewell);
      },
    };
    const { registry, enter, notes } = build([step]);
    const connection = enter('c-1');
    registry.close(connection, farewell);
    expect(registry.close(connection, farewell)).toBe(false);
    expect(runs).toBe(1);
    expect(notes).toEqual(['connection.opened', 'connection.authenticated', 'connection.closed']);
  });

  test('returns snapshots, so callers may end connections while they iterate', () => {
    const { registry, enter } = build();
    for (const id of ['c-1', 'c-2', 'c-3', 'c-4']) enter(id, 'AAPL');
    const visited: string[] = [];
    for (const connection of registry.subscribersOf('AAPL')) {
      visited.push(connection.id);
      for (const other of registry.living().slice(0, 2)) registry.close(other, farewell);
    }
    expect(visited).toEqual(['c-1', 'c-2', 'c-3', 'c-4']);
    expect(registry.size).toBe(0);
  });
});
