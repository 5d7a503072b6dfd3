import { describe, expect, it } from 'vitest';
import type { Domain, DomainReports } from './heap.ts';
import { runKernel, DOMAIN } from './test/run-kernel.ts';

function domainThat(takes: boolean, log: unknown[]): Domain {
  const reports: DomainReports = {
    uncaught(reason, why, promise) {
      log.push([why, (reason as Error).message, promise instanceof Promise]);
      return takes;
    },
    rejectionHandled: () => log.push('handled'),
    warning: ({ message }) => log.push(message),
  };
  return { name: 'process', alive: true, reports };
}

describe('a domain with reports', () => {
  it('receives its errors and rejections, and may take them', async () => {
    const log: unknown[] = [];
    const domain = domainThat(true, log);
    const { end } = await runKernel((kernel) => {
      kernel.schedule(0, domain, () => {
        throw new Error('thrown');
      });
      kernel.schedule(1, domain, () => {
        kernel.nextTick(() => {
          throw new Error('in a tick');
        });
        process.emitWarning('careful');
      });
      let rejected: Promise<never>;
      kernel.schedule(2, domain, () => {
        rejected = Promise.reject(new Error('rejected'));
      });
      kernel.schedule(3, domain, () => void rejected.catch(() => undefined));
    });
    expect(end).toEqual({ why: 'idle' });
    expect(log).toEqual([
      ['threw', 'thrown', false],
      ['threw', 'in a tick', false],
      'careful',
      ['rejected', 'rejected', true],
      'handled',
    ]);
  });

  it('ends the run with an error that it does not take', async () => {
    const { end } = await runKernel((kernel) => {
      kernel.schedule(0, domainThat(false, []), () => {
        throw new Error('thrown');
      });
    });
    expect(end).toMatchObject({ why: 'threw', domain: { name: 'process' } });
  });
});

describe('a silenced step', () => {
  it('schedules nothing and its errors do not count, but the next step does', async () => {
    const { log, end } = await runKernel((kernel, note) => {
      kernel.schedule(0, DOMAIN, () => {
        kernel.schedule(5, DOMAIN, () => note('before'));
        kernel.silence();
        kernel.schedule(0, DOMAIN, () => note('never'));
        void Promise.reject(new Error('rejected'));
        kernel.nextTick(() => {
          throw new Error('in a tick');
        });
        throw new Error('thrown');
      });
      kernel.schedule(1, DOMAIN, () => kernel.schedule(0, DOMAIN, () => note('after')));
    });
    expect([log, end]).toEqual([['|', '|', 'after', '|', 'before', '|'], { why: 'idle' }]);
  });
});
