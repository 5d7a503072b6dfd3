import { describe, expect, it } from 'vitest';
import { Draws } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { runKernel, DOMAIN } from '../kernel/test/run-kernel.ts';
import { EPOCH_MS, LibraryGlobals } from './library-globals.ts';

/** Runs what a library would do at some moment, with virtual globals. */
async function check(act: (kernel: Kernel, note: (what: string) => void, libraries: LibraryGlobals) => void) {
  let around: LibraryGlobals | null = null;
  return runKernel((kernel, note) => {
    const libraries = new LibraryGlobals(kernel, new Draws('0x1'));
    around = libraries;
    kernel.scheduleAt(0, DOMAIN, () => {
      libraries.install();
      act(kernel, (what) => note(`${kernel.nowMs} ${what}`), libraries);
    });
    kernel.scheduleAt(60_000_000, DOMAIN, () => around?.uninstall(), 9);
  }).then(({ log }) => log.filter((line) => line !== '|'));
}

describe('globals of libraries', () => {
  it('set the time zone to UTC, and restore that of the machine', async () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    try {
      const log = await check((_kernel, note) => note(new Date(2020, 0, 1).toISOString()));
      expect(log).toEqual(['0 2020-01-01T00:00:00.000Z']);
      expect(new Date(2020, 0, 1).toISOString()).toBe('2019-12-31T15:00:00.000Z');
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('fire timers when they are due, even if no code has read the time for long', async () => {
    const log = await check((kernel, note) => {
      setTimeout(note, 10, 'first');
      kernel.scheduleAt(5_000_700, DOMAIN, () => setTimeout(note, 4, 'late'));
      kernel.scheduleAt(5_000_900, DOMAIN, () => setTimeout(() => setTimeout(note, 3, 'nested'), 3));
    });
    expect(log).toEqual(['10 first', '5004 late', '5006 nested']);
  });

  it('fire timers in separate events, before all others of that time, and never while the time is read', async () => {
    const log = await check((kernel, note, libraries) => {
      kernel.scheduleAt(10_000, DOMAIN, () => {
        note('look');
        libraries.synchronise();
        note('looked');
      });
      setTimeout(note, 10, 'fired');
    });
    expect(log).toEqual(['10 fired', '10 look', '10 looked']);
  });

  it('continue in the domain that started the timer, with its microtasks', async () => {
    const others = ['one', 'other'].map((name) => ({ name, alive: true }));
    const log = await check((kernel, note) => {
      const say = async (what: string): Promise<void> => {
        note(`${what} in ${kernel.current.name}`);
        await Promise.resolve();
        note(`${what} later in ${kernel.current.name}`);
      };
      for (const domain of others) {
        kernel.schedule(1, domain, () => {
          for (const what of ['first', 'second']) setTimeout(() => void say(`${what} of ${domain.name}`), 10);
        });
      }
    });
    expect(log).toEqual([
      '10 first of one in one',
      '10 second of one in one',
      '10 first of one later in one',
      '10 second of one later in one',
      // Each in a separate event.
      '10 first of other in other',
      '10 first of other later in other',
      '10 second of other in other',
      '10 second of other later in other',
    ]);
  });

  it('do not fire a timer that was cleared', async () => {
    const log = await check((_kernel, note) => {
      const timer = setTimeout(note, 10, 'gone');
      setTimeout(() => clearTimeout(timer), 9);
      setTimeout(note, 11, 'kept');
    });
    expect(log).toEqual(['11 kept']);
  });

  it('have the time of the kernel after synchronising, and draw from the seed', async () => {
    const draw = () =>
      check((kernel, note, libraries) => {
        kernel.scheduleAt(1_234_567, DOMAIN, () => {
          libraries.synchronise();
          note(`${Date.now() - EPOCH_MS} ${Math.random()} ${Math.random()}`);
        });
      });
    const [first] = await draw();
    expect(first).toMatch(/^1234.567 1234 0\.\d+ 0\.\d+$/);
    expect(await draw()).toEqual([first]);
    expect(new Set(first?.split(' ').slice(2)).size).toBe(2);
  });
});
