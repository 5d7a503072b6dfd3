import { describe, expect, it } from 'vitest';
import { canDrain } from './drain.ts';
import { type Note, runKernel, DOMAIN } from './test/run-kernel.ts';
import type { Kernel } from './kernel.ts';
import type { LoopEnd } from './kernel-options.ts';

type Arrange = (kernel: Kernel, note: Note) => void;

const at =
  (atUs: number, what: string, priority = 0): Arrange =>
  (kernel, note) =>
    void kernel.scheduleAt(atUs, DOMAIN, () => note(what), priority);

const all =
  (...parts: Arrange[]): Arrange =>
  (kernel, note) => {
    for (const part of parts) part(kernel, note);
  };

/** Reasons of throws, by name: an error itself would be compared by what it holds. */
const why = (end: LoopEnd): string => ('reason' in end ? `${end.why} ${String(end.reason)}` : end.why);

describe('order', () => {
  it('is by time, then by priority, then by the order of scheduling', async () => {
    const { log, end } = await runKernel(
      all(at(20, 'late'), at(10, 'b', 1), at(10, 'c', 1), at(10, 'a'), at(10, 'urgent', -1), at(5, 'early', 9)),
    );
    expect(log.filter((line) => line !== '|')).toEqual(['early', 'urgent', 'a', 'b', 'c', 'late']);
    expect(why(end)).toBe('idle');
  });

  it('holds for many entries, in whatever order they were scheduled', async () => {
    const count = 500;
    const scattered = Array.from({ length: count }, (_, index) => (index * 7919) % count);
    const seen: number[] = [];
    await runKernel((kernel) => {
      for (const value of scattered) kernel.scheduleAt(value >> 2, DOMAIN, () => seen.push(value), value & 3);
    });
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  it('never goes back in time, and delays are rounded up', async () => {
    const moments: number[] = [];
    await runKernel((kernel) => {
      const look = () => moments.push(kernel.nowUs);
      kernel.schedule(10.2, DOMAIN, () => {
        look();
        kernel.scheduleAt(3, DOMAIN, look);
        kernel.schedule(-5, DOMAIN, look);
        kernel.schedule(Number.NaN, DOMAIN, look);
      });
    });
    expect(moments).toEqual([11, 11, 11, 11]);
  });

  it('skips cancelled events and events of dead domains without a step', async () => {
    const mortal = { name: 'mortal', alive: true };
    const { log, kernel } = await runKernel((kernel, note) => {
      const entry = kernel.scheduleAt(10, DOMAIN, () => note('cancelled'));
      kernel.scheduleAt(12, mortal, () => note('of the dead'));
      kernel.scheduleAt(5, DOMAIN, () => {
        entry.deliver = null;
        mortal.alive = false;
      });
    });
    expect(log).toEqual(['|']);
    expect(kernel.step).toBe(1);
    expect(kernel.nowUs).toBe(5);
  });
});

describe('a step', () => {
  it('ends when all next ticks and microtasks have run, ticks first', async () => {
    const { log } = await runKernel((kernel, note) => {
      kernel.scheduleAt(1, DOMAIN, () => {
        void Promise.resolve()
          .then(() => {
            note('microtask');
            process.nextTick((word: string) => note(word), 'tick of a microtask');
          })
          .then(() => note('second microtask'));
        process.nextTick(() => {
          note('tick');
          kernel.nextTick(() => note('tick of a tick'));
        });
        note('event');
      });
      kernel.scheduleAt(1, DOMAIN, () => note('next event'));
    });
    expect(log).toEqual([
      'event',
      'tick',
      'tick of a tick',
      'microtask',
      'second microtask',
      'tick of a microtask',
      '|',
      'next event',
      '|',
    ]);
  });

  it('belongs to the domain of its event, microtasks included', async () => {
    const names: string[] = [];
    await runKernel((kernel) => {
      const look = () => names.push(kernel.current.name);
      kernel.scheduleAt(1, DOMAIN, () => void Promise.resolve().then(look));
      kernel.scheduleAt(2, { name: 'other', alive: true }, look);
    });
    expect(names).toEqual(['domain', 'other']);
  });

  it('is the last if it stops the loop, and is reported before it begins', async () => {
    const steps: number[] = [];
    const { log, end } = await runKernel(
      all((kernel) => void kernel.scheduleAt(1, DOMAIN, () => kernel.stop()), at(1, 'never')),
      { onStep: (step) => steps.push(step) },
    );
    expect([log, end, steps]).toEqual([['|'], { why: 'stopped' }, [1]]);
  });
});

it('a warning is passed to onWarning and not printed', async () => {
  const warnings: string[] = [];
  const printed: unknown[] = [];
  const print = (warning: Error): void => void printed.push(warning.message);
  process.on('warning', print);
  await runKernel(
    all((kernel) => void kernel.scheduleAt(1, DOMAIN, () => process.emitWarning('too many listeners'))),
    { onWarning: ({ message }) => warnings.push(message) },
  );
  process.off('warning', print);
  expect([warnings, printed]).toEqual([['too many listeners'], []]);
});

describe('an error', () => {
  const throws: Record<string, () => void> = {
    'in an event': () => {
      throw new Error('gone');
    },
    'in process.nextTick': () => {
      process.nextTick(() => {
        throw new Error('gone');
      });
    },
    'in a microtask': () => {
      queueMicrotask(() => {
        throw new Error('gone');
      });
    },
    'that is not caught': () => {
      void Promise.reject(new Error('gone'));
    },
    'that is not caught, some turns later': () => {
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => {
          throw new Error('gone');
        });
    },
  };

  it.each(Object.keys(throws).flatMap((name) => [[name, 'inside'] as const, [name, 'turns'] as const]))(
    '%s ends the run, in its domain and before the next event, with microtasks run %s',
    async (name, drain) => {
      const { end, log } = await runKernel(
        all((kernel) => void kernel.scheduleAt(1, DOMAIN, () => throws[name]?.()), at(2, 'never')),
        { drain },
      );
      expect(why(end)).toBe(`${name.includes('not caught') ? 'rejected' : 'threw'} Error: gone`);
      expect(end).toMatchObject({ domain: DOMAIN });
      expect(log).toEqual(['|']);
    },
  );

  it('that is caught in the same step does not end the run', async () => {
    const { end } = await runKernel((kernel) => {
      kernel.scheduleAt(1, DOMAIN, () => {
        const failing = Promise.reject(new Error('gone'));
        void Promise.resolve().then(() => failing.catch(() => undefined));
      });
    });
    expect(why(end)).toBe('idle');
  });

  it('after a stop does not change why the loop ended', async () => {
    const { end } = await runKernel((kernel) => {
      kernel.scheduleAt(1, DOMAIN, () => {
        kernel.stop();
        throw new Error('gone');
      });
    });
    expect(why(end)).toBe('stopped');
  });

  it('leaves the process unchanged', async () => {
    const listener = () => undefined;
    process.on('unhandledRejection', listener);
    process.once('uncaughtException', listener);
    const look = () => [
      process.nextTick,
      ...process.rawListeners('unhandledRejection'),
      ...process.rawListeners('uncaughtException'),
    ];
    const before = look();
    for (const throwing of Object.values(throws)) {
      await runKernel((kernel) => void kernel.scheduleAt(1, DOMAIN, throwing));
      expect(look()).toEqual(before);
      expect(look().every((item, index) => item === before[index])).toBe(true);
    }
    process.off('unhandledRejection', listener);
    process.off('uncaughtException', listener);
  });
});

describe('limits', () => {
  /** An event that enqueues the next one, endlessly. */
  const endless =
    (delayUs: number): Arrange =>
    (kernel) => {
      const again = (): void => void kernel.schedule(delayUs, DOMAIN, again);
      again();
    };

  it('on the number of steps end the run', async () => {
    const { end, kernel } = await runKernel(endless(1), { stepsMax: 50 });
    expect([end, kernel.step]).toEqual([{ why: 'steps', limit: 50 }, 50]);
  });

  it('on steps at one virtual time end the run, counted from the last move', async () => {
    const { end, kernel } = await runKernel(
      all(at(1, 'a'), at(2, 'b'), (kernel) => void kernel.scheduleAt(3, DOMAIN, () => endless(0)(kernel, () => {}))),
      { frozenStepsMax: 20 },
    );
    expect(end).toEqual({ why: 'frozen', limit: 20 });
    expect([kernel.nowUs, kernel.step]).toEqual([3, 2 + 20]);
  });

  it('do not end a run whose time moves', async () => {
    const { end } = await runKernel(endless(1), { stepsMax: 500, frozenStepsMax: 2 });
    expect(why(end)).toBe('steps');
  });
});

describe('running microtasks', () => {
  it('works inside a macrotask, and canDrain is false inside a microtask', async () => {
    const outside = await new Promise<boolean>((resolve) => setImmediate(() => resolve(canDrain())));
    const inside = await Promise.resolve().then(canDrain);
    expect([outside, inside]).toEqual([true, false]);
  });

  const story: Arrange = (kernel, note) => {
    for (let number = 1; number <= 20; number += 1) {
      kernel.scheduleAt(number >> 2, DOMAIN, () => {
        note(`event ${number}`);
        process.nextTick(() => note(`tick ${number}`));
        void (async () => {
          for (let turn = 1; turn <= number % 4; turn += 1) {
            await Promise.resolve();
            note(`turn ${turn} of ${number}`);
          }
          kernel.schedule(number % 3, DOMAIN, () => note(`child of ${number}`));
        })();
      });
    }
  };

  it('gives the same order inside the loop, in separate turns, and from a microtask', async () => {
    const inside = await runKernel(story, { drain: 'inside' });
    const turns = await runKernel(story, { drain: 'turns' });
    const fromMicrotask = await Promise.resolve().then(() => runKernel(story));
    expect(inside.log.length).toBeGreaterThan(100);
    expect(turns.log).toEqual(inside.log);
    expect(fromMicrotask.log).toEqual(inside.log);
  });

  it('inside the loop lets no other code run', async () => {
    const seen: string[] = [];
    const other = new Promise<void>((resolve) => {
      setImmediate(() => setImmediate(() => resolve(void seen.push('other'))));
    });
    const { log } = await runKernel(
      (kernel) => {
        for (let number = 0; number < 200; number += 1)
          kernel.schedule(number, DOMAIN, () => void Promise.resolve().then(() => seen.push('ours')));
      },
      { drain: 'inside' },
    );
    await other;
    expect(log).toHaveLength(200);
    expect(seen.indexOf('other') % 200).toBe(0);
  });
});
