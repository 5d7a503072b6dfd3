import { describe, expect, it } from 'vitest';
import { NamedChoices } from './choices.ts';
import { scopeOf } from './draws.ts';

describe('named choices', () => {
  it('count each name from 0, independent of other names', () => {
    const choices = new NamedChoices();
    const names = ['a', 'b', 'a', 'a', 'b'];
    expect(names.map((name) => choices.next(name).count)).toEqual([0, 0, 1, 2, 1]);
  });

  it('have the scope with their name as its path', () => {
    expect(new NamedChoices().next('node-1/redis/set/price').scope).toEqual(scopeOf('node-1', 'redis', 'set', 'price'));
  });

  it('are below a scope if one is given', () => {
    const choices = new NamedChoices(scopeOf('client-1', 'script'));
    expect(choices.next('pause').scope).toEqual(scopeOf('client-1', 'script', 'pause'));
    expect(choices.next('rooms/7').scope).toEqual(scopeOf('client-1', 'script', 'rooms', '7'));
  });

  it('share a counter with a caller that keeps it', () => {
    const choices = new NamedChoices();
    const counter = choices.counter('a');
    expect(counter.scopeHash).toBe(scopeOf('a').hash);
    expect([choices.next('a').count, counter.next(), choices.next('a').count]).toEqual([0, 1, 2]);
  });
});
