import { describe, expect, test } from 'vitest';
import type { Kernel } from './kernel.ts';
import { Recorder } from './recorder.ts';
import { DOMAIN, runKernel } from './test/run-kernel.ts';

/** Runs events that write probes, and returns the names of the causes of each. */
async function causesIn(
  arrange: (kernel: Kernel, write: (name: string) => void, recorder: Recorder) => void,
): Promise<Record<string, readonly string[]>> {
  let recorder!: Recorder;
  await runKernel(
    (kernel) => {
      recorder = new Recorder(kernel, { keepAll: true, observe: () => undefined });
      arrange(kernel, (name) => recorder.node({ nodeName: name, number: 1, version: 'current' }, 'started'), recorder);
    },
    { keepsCauses: true },
  );
  const names = recorder.kept().map((record) => (record.type === 'node' ? record.node : record.type));
  return Object.fromEntries(
    names.map((name, position) => [name, (recorder.causes[position] ?? []).map((cause) => names[cause] ?? '')]),
  );
}

describe('causes of records', () => {
  test('an event is caused by the record of the code that scheduled it', async () => {
    const causes = await causesIn((kernel, write) => {
      kernel.schedule(10, DOMAIN, () => {
        write('first');
        kernel.schedule(10, DOMAIN, () => write('second'));
      });
      kernel.schedule(15, DOMAIN, () => write('unrelated'));
    });
    expect(causes).toEqual({ first: [], second: ['first'], unrelated: [] });
  });

  test('steps without a record are left out', async () => {
    const causes = await causesIn((kernel, write) => {
      kernel.schedule(10, DOMAIN, () => {
        write('first');
        kernel.schedule(10, DOMAIN, () => kernel.schedule(10, DOMAIN, () => write('third')));
      });
    });
    expect(causes).toEqual({ first: [], third: ['first'] });
  });

  test('a record has further causes that are added to it, at most five', async () => {
    const causes = await causesIn((kernel, write) => {
      kernel.schedule(10, DOMAIN, () => ['a', 'b', 'c', 'd', 'e', 'f', 'g'].forEach(write));
      kernel.schedule(20, DOMAIN, () => {
        write('changes');
        kernel.causes?.also({ from: 1, until: 7 });
        write('next');
        kernel.causes?.also({ from: 8, until: 20 });
      });
    });
    expect([causes['changes'], causes['next']]).toEqual([['b', 'c', 'd', 'e', 'f'], ['changes']]);
  });

  test('code behind an await is caused by what resolves the promise and by what waits for it', async () => {
    const causes = await causesIn((kernel, write) => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      kernel.schedule(10, DOMAIN, () => {
        write('waits');
        void (async () => {
          await released;
          write('continues');
        })();
      });
      kernel.schedule(20, DOMAIN, () => {
        write('releases');
        release();
      });
    });
    expect(causes).toEqual({ waits: [], releases: [], continues: ['releases', 'waits'] });
  });

  test('a callback of nextTick is caused by the code that passed it', async () => {
    const causes = await causesIn((kernel, write) => {
      kernel.schedule(10, DOMAIN, () => {
        write('first');
        kernel.nextTick(() => write('second'));
      });
    });
    expect(causes).toEqual({ first: [], second: ['first'] });
  });

  test('a callback that runs within another event has both causes', async () => {
    const causes = await causesIn((kernel, write) => {
      let held: () => void = () => undefined;
      kernel.schedule(10, DOMAIN, () => {
        write('held');
        held = kernel.follow(() => write('delivered'));
      });
      kernel.schedule(20, DOMAIN, () => {
        write('released');
        held();
        write('after');
      });
    });
    expect(causes).toEqual({ held: [], released: [], delivered: ['held', 'released'], after: ['released'] });
  });

  test('a run that does not ask for them keeps none', async () => {
    const { kernel } = await runKernel((kernel) => {
      kernel.schedule(10, DOMAIN, () => undefined);
    });
    expect(kernel.causes).toBeNull();
  });
});
