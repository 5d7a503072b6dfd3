import { describe, expect, test } from 'vitest';
import { sleep } from './sleep.ts';
import { Supervisor } from './supervisor.ts';
import { ManualClock, quiescence } from './test/manual-clock.ts';
import { withTimeout } from './with-timeout.ts';

const tag = { label: 'work', owner: 'test' };

function build() {
  const notes: string[] = [];
  const failures: string[] = [];
  const clock = new ManualClock();
  const supervisor = new Supervisor(
    { note: (name, fields) => void notes.push(`${name} ${JSON.stringify(fields)}`) },
    ({ label }) => void failures.push(label),
  );
  return { supervisor, clock, notes, failures };
}

describe('the supervisor', () => {
  test('notes the start and the end of a task when they happen', async () => {
    const { supervisor, clock, notes } = build();
    supervisor.spawn(tag, (signal) => sleep(clock, tag, 10, signal), { endsWithinMs: 20 });
    await clock.advance(9);
    expect(notes).toEqual(['task.started {"task":"task-1","label":"work","owner":"test","endsWithinMs":20}']);
    expect(supervisor.size).toBe(1);
    await clock.advance(1);
    expect(notes[1]).toBe('task.ended {"task":"task-1"}');
    expect(supervisor.size).toBe(0);
  });

  test('survives and reports a task that throws at once or later', async () => {
    const { supervisor, failures } = build();
    supervisor.spawn(tag, () => {
      throw new Error('at once');
    });
    supervisor.spawn({ ...tag, label: 'later' }, async () => {
      await Promise.resolve();
      throw new Error('later');
    });
    await quiescence();
    expect(failures).toEqual(['work', 'later']);
    expect(supervisor.size).toBe(0);
  });

  test('cancels every task on shutdown, leaves no timer, and starts nothing afterwards', async () => {
    const { supervisor, clock } = build();
    for (let index = 0; index < 5; index += 1) {
      supervisor.spawn(tag, (signal) => sleep(clock, tag, 1_000, signal));
    }
    expect(clock.labels).toHaveLength(5);
    await supervisor.shutdown();
    expect(clock.labels).toEqual([]);
    expect(supervisor.size).toBe(0);
    expect(() => supervisor.spawn(tag, () => Promise.resolve())).toThrow('started after shutdown');
  });

  test('waits on shutdown for a task that ends slowly', async () => {
    const { supervisor } = build();
    let finish = (): void => undefined;
    supervisor.spawn(tag, () => new Promise((resolve) => (finish = resolve)));
    let isDown = false;
    void supervisor.shutdown().then(() => (isDown = true));
    await quiescence();
    expect(isDown).toBe(false);
    finish();
    await quiescence();
    expect(isDown).toBe(true);
  });
});

describe('withTimeout', () => {
  test('returns settled or late, and leaves no timer', async () => {
    const { clock } = build();
    expect(await withTimeout(clock, tag, 10, Promise.resolve())).toBe('settled');
    const late = withTimeout(clock, tag, 10, new Promise(() => undefined));
    await clock.advance(10);
    expect(await late).toBe('late');
    await expect(withTimeout(clock, tag, 10, Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(clock.labels).toEqual([]);
  });

  test('gives up if its signal is aborted before or during the work', async () => {
    const { clock } = build();
    const controller = new AbortController();
    const waiting = withTimeout(clock, tag, 10, new Promise(() => undefined), controller.signal);
    controller.abort();
    expect(await waiting).toBe('late');
    expect(await withTimeout(clock, tag, 10, new Promise(() => undefined), controller.signal)).toBe('late');
    expect(clock.labels).toEqual([]);
  });
});
