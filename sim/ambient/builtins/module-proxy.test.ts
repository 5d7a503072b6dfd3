import { expect, test } from 'vitest';
import { createGuard } from '../guard.ts';
import { createLoadingHost } from '../delegating-host.ts';
import { moduleProxy } from './module-proxy.ts';

/** A module whose export `old` prints a warning when it is read, as `crypto.fips` does. */
function deprecated() {
  let reads = 0;
  const real = {
    plain: 1,
    get old() {
      reads += 1;
      return 2;
    },
  };
  const guard = createGuard(createLoadingHost('module-proxy.test'));
  return { proxy: moduleProxy('node:test', real, guard, {}, ['plain', 'old']), reads: () => reads };
}

test('listing the exports, or describing them, reads none that has a getter', () => {
  const { proxy, reads } = deprecated();
  expect(Object.keys(proxy)).toEqual(['plain', 'old']);
  expect(Object.getOwnPropertyDescriptor(proxy, 'old')?.enumerable).toBe(true);
  expect(reads()).toBe(0);
});

test('such an export is read once, and can be assigned', () => {
  const { proxy, reads } = deprecated();
  expect([proxy['old'], proxy['old'], proxy['plain']]).toEqual([2, 2, 1]);
  expect(reads()).toBe(1);
  proxy['old'] = 3;
  expect(proxy['old']).toBe(3);
  const other = deprecated();
  other.proxy['old'] = 4;
  expect([other.proxy['old'], other.reads()]).toEqual([4, 0]);
});
