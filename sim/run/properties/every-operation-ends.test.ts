import { expect, test } from 'vitest';
import { boardPlan, runBoard, user } from '../test/notice-board.ts';
import { everyOperationEnds } from './every-operation-ends.ts';

const forever = () => new Promise<'ok'>(() => undefined);
const hanging = { actors: { user: { ...user, operations: { ...user.operations, put: forever } } } };

test('holds if every operation ends, and counts the operations', async () => {
  const run = await runBoard({ scenario: { properties: [everyOperationEnds()] } });
  expect(run.failure).toBeNull();
  expect(run.checked).toEqual({ 'every-operation-ends': run.operations });
});

test('reports a hanging operation when its time is up', async () => {
  const { failure } = await runBoard({
    scenario: { ...hanging, properties: [everyOperationEnds({ withinMs: 3000 })] },
  });
  expect(failure).toMatchObject({
    verdict: 'violation',
    signature: 'every-operation-ends: user put',
    text: expect.stringMatching(
      /^user-\d put \(user-\d\.\d\), begun at [\d.]+ ms, has not ended by 7000 ms$/,
    ) as string,
  });
  expect(failure?.atMs).toBeGreaterThanOrEqual(7000);
  expect(failure?.atMs).toBeLessThan(44_000);
});

test('precedes the verdict of the simulator even if there are no other events', async () => {
  const plan = boardPlan({ cohorts: [{ actor: 'user', count: 1, operationsMax: 1 }] });
  const scenario = {
    ...hanging,
    actors: { user: { ...hanging.actors.user, script: () => [{ name: 'put', pauseMs: 1 }] } },
  };
  const without = await runBoard({ plan, scenario });
  expect(without.failure).toMatchObject({ verdict: 'no-progress', signature: 'no-progress: user put' });
  const run = await runBoard({
    plan,
    scenario: { ...scenario, properties: [everyOperationEnds({ withinMs: 39_000 })] },
  });
  expect(run.failure).toMatchObject({ verdict: 'violation', property: 'every-operation-ends' });
});

test('counts the time from the begin of the operation on request', async () => {
  const properties = [everyOperationEnds({ id: 'in time', withinMs: 1000, countedFrom: 'begin', risk: 'slow' })];
  const { failure } = await runBoard({ scenario: { ...hanging, properties } });
  expect(failure).toMatchObject({ property: 'in time', risk: 'slow' });
  expect(failure?.atMs).toBeLessThan(2000);
});
