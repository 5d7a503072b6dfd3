import { describe, expect, it } from 'vitest';
import type { Property } from '../property.ts';
import { runBoard, stormy } from '../test/notice-board.ts';
import { always, atEnd, eventually, sometimes } from './create-property.ts';

const run = (...properties: readonly Property[]) => runBoard({ plan: stormy, scenario: { properties } });

describe('always', () => {
  it('is checked after every step, with the time of the step', async () => {
    const times: number[] = [];
    const { checked, steps, failure } = await run(
      always('always', ({ nowMs, check }) => {
        times.push(nowMs);
        check(true);
      }),
    );
    expect(failure).toBeNull();
    expect(checked).toEqual({ always: times.length });
    expect(times.length).toBeGreaterThan(steps / 2);
    expect(new Set(times).size).toBeGreaterThan(100);
  });

  it('fails at the step that breaks it', async () => {
    const { failure } = await run(
      always('no connections', ({ ledger, check }) =>
        check(ledger.openConnections('node-1').length === 0, 'node-1 has a connection'),
      ),
    );
    expect(failure).toMatchObject({
      verdict: 'violation',
      property: 'no connections',
      text: 'node-1 has a connection',
    });
    expect(failure?.atMs).toBeLessThan(1000);
  });
});

describe('eventually', () => {
  it('is checked only after the system must have settled', async () => {
    const times: number[] = [];
    const { failure } = await run(
      eventually('settled', ({ nowMs, check }) => {
        times.push(nowMs);
        check(nowMs >= 44_000);
      }),
    );
    expect(failure).toBeNull();
    expect(times[0]).toBe(44_000);
    expect(times.length).toBeGreaterThan(1);
  });
});

describe('atEnd', () => {
  it('is checked once, when the run is over', async () => {
    const times: number[] = [];
    const { checked } = await run(
      atEnd('the end', ({ nowMs, check }) => {
        times.push(nowMs);
        check(true);
      }),
    );
    expect(times).toEqual([49_000]);
    expect(checked).toEqual({ 'the end': 1 });
  });
});

describe('sometimes', () => {
  it('counts a run once if it reaches the state', async () => {
    const { checked, marks, failure } = await run(
      sometimes('two clients at a node', ({ ledger }) => ledger.openConnections('node-1').length >= 2),
      sometimes('a hundred clients', ({ ledger }) => ledger.openConnections('node-1').length >= 100),
    );
    expect(failure).toBeNull();
    expect(marks).toEqual({ 'two clients at a node': 1, 'a hundred clients': 0 });
    expect(checked).toEqual({});
  });
});

describe('a check that fails', () => {
  const failed = async (property: Property) => (await run(property)).failure;

  it('has the id of the property as its signature if it has a text', async () => {
    const property = atEnd('it holds', ({ check, nowMs }) => check(false, `broken at ${nowMs}`), { risk: 'R-1' });
    expect(await failed(property)).toMatchObject({
      risk: 'R-1',
      subject: 'it holds',
      signature: 'it holds',
      text: 'broken at 49000',
    });
  });

  it('shows the description if it has no text', async () => {
    const options = { description: 'It always holds.' };
    expect(await failed(atEnd('it holds', ({ check }) => check(false), options))).toMatchObject({
      text: 'It always holds.',
    });
    expect(await failed(atEnd('it holds', ({ check }) => check(false)))).toMatchObject({
      text: 'it holds',
      risk: null,
    });
  });

  it('takes a function that returns a text, or a finding with a subject', async () => {
    expect(await failed(atEnd('it holds', ({ check }) => check(false, () => 'broken')))).toMatchObject({
      signature: 'it holds',
      text: 'broken',
    });
    const finding = { subject: 'a part', text: 'a part is broken' };
    expect(await failed(atEnd('it holds', ({ check }) => check(false, () => finding)))).toMatchObject({
      ...finding,
      signature: 'it holds: a part',
    });
  });
});

it('a check that holds builds no text', async () => {
  const { checked } = await run(
    atEnd('it holds', ({ check }) =>
      check(true, () => {
        throw new Error('the text was built');
      }),
    ),
  );
  expect(checked).toEqual({ 'it holds': 1 });
});
