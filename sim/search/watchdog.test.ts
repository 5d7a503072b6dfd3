import { describe, expect, it } from 'vitest';
import { Watchdog, type Watched } from './watchdog.ts';

class ManualWorker implements Watched {
  step = 0;
  loading = false;
  progress = (): string => String(this.step);
  isLoading = (): boolean => this.loading;
}

/** Looks four times a second, while the process uses `cores` of CPU. */
function watching(stuckMs = 1000) {
  let nowMs = 0;
  let cpuMs = 0;
  const watchdog = new Watchdog({ stuckMs, nowMs: () => nowMs, cpuMs: () => cpuMs });
  /** Returns when the first worker is stuck; null if none is within `untilMs`. */
  const stuckAtMs = (cores: number, untilMs: number, onLook: () => void = () => undefined): number | null => {
    while (nowMs < untilMs) {
      nowMs += 250;
      cpuMs += 250 * cores;
      onLook();
      if (watchdog.look().length > 0) return nowMs;
    }
    return null;
  };
  return { watchdog, stuckAtMs };
}

describe('a worker without progress is stuck', () => {
  it('after its limit on an idle machine', () => {
    const { watchdog, stuckAtMs } = watching();
    watchdog.begin(new ManualWorker());
    expect(stuckAtMs(1, 5000)).toBe(1250);
  });

  it('after its limit beside other workers that have a core each', () => {
    const { watchdog, stuckAtMs } = watching();
    const other = new ManualWorker();
    watchdog.begin(new ManualWorker());
    watchdog.begin(other);
    expect(stuckAtMs(2, 5000, () => (other.step += 1))).toBe(1250);
  });

  it('later on a busy machine, when it has had the CPU time', () => {
    const { watchdog, stuckAtMs } = watching();
    watchdog.begin(new ManualWorker());
    expect(stuckAtMs(0.1, 20_000)).toBe(10_250);
  });

  it('if it waits for very long without CPU time', () => {
    const { watchdog, stuckAtMs } = watching();
    watchdog.begin(new ManualWorker());
    expect(stuckAtMs(0, 60_000)).toBe(30_250);
  });

  it('only after more time while it loads code', () => {
    const { watchdog, stuckAtMs } = watching();
    const worker = new ManualWorker();
    worker.loading = true;
    watchdog.begin(worker);
    expect(stuckAtMs(1, 60_000)).toBe(6250);
  });
});

describe('a worker is not stuck', () => {
  it('while it makes progress', () => {
    const { watchdog, stuckAtMs } = watching();
    const worker = new ManualWorker();
    watchdog.begin(worker);
    let looks = 0;
    expect(stuckAtMs(1, 60_000, () => (worker.step += (looks += 1) % 4 === 0 ? 1 : 0))).toBeNull();
  });

  it('for the time that loading took', () => {
    const { watchdog, stuckAtMs } = watching();
    const worker = new ManualWorker();
    worker.loading = true;
    watchdog.begin(worker);
    expect(stuckAtMs(1, 5000)).toBeNull();
    worker.loading = false;
    worker.step += 1;
    expect(stuckAtMs(1, 5750)).toBeNull();
    expect(stuckAtMs(1, 9000)).toBe(6500);
  });

  it('without a job', () => {
    const { watchdog, stuckAtMs } = watching();
    const worker = new ManualWorker();
    watchdog.begin(worker);
    watchdog.end(worker);
    expect(stuckAtMs(1, 60_000)).toBeNull();
  });
});
