import { describe, expect, it } from 'vitest';
import type { NodeRecord } from '../kernel/record.ts';
import { firstProcess, runMain, type MainRun } from './test/run-main.ts';
import { runWorld, said } from './test/run-world.ts';

const phases = (run: MainRun): string[] =>
  run.records
    .filter((record): record is NodeRecord => record.type === 'node')
    .map(({ phase, process, exit }) => `${phase} ${process}${exit === undefined ? '' : ` ${exit.code} ${exit.by}`}`);

const SERVES = `setInterval(() => {}, 1000);`;

describe('a main module', () => {
  it('finds the environment of a container, and what the scenario adds', async () => {
    const run = await runMain(
      `${SERVES}
       console.log(JSON.stringify(process.env));
       console.log(process.pid, require('os').hostname(), process.uptime());`,
      undefined,
      { nodes: 2, env: (node) => ({ PORT: '8080', OWN: node }) },
    );
    const environment = (node: string) => ({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: '8080',
      REDIS_URL: 'redis://redis:6379',
      HOSTNAME: node,
      NODE_NAME: node,
      OWN: node,
    });
    expect(run.output).toEqual([
      `stdout ${JSON.stringify(environment('node-1'))}`,
      'stdout 1001 node-1 0',
      `stdout ${JSON.stringify(environment('node-2'))}`,
      'stdout 2001 node-2 0',
    ]);
  });

  it('is ready when it has been evaluated, or when it listens', async () => {
    const late = `${SERVES} await new Promise((resolve) => setTimeout(resolve, 300));`;
    const evaluated = await runMain(late);
    const listens = await runMain(late, (tools) => tools.at(100, () => firstProcess(tools).onListening()));
    const readyAtMs = ({ records }: MainRun) =>
      records.find((record) => record.type === 'node' && record.phase === 'ready')?.atMs;
    expect(readyAtMs(evaluated)).toBeGreaterThan(299);
    expect(readyAtMs(listens)).toBe(100);
  });

  it('receives SIGTERM also when its node is stopped at the time at which it starts', async () => {
    const run = await runMain(
      `const interval = setInterval(() => {}, 1000);
       process.on('SIGTERM', () => { console.log('draining'); clearInterval(interval); });`,
      (tools) =>
        tools.at(100, () => {
          const node = tools.world.nodes.get('node-1');
          node?.crash('a fault');
          node?.start();
          node?.stop(tools.note);
        }),
      { untilMs: 5000 },
    );
    expect([phases(run), run.output, said(run)]).toEqual([
      ['started 1', 'ready 1', 'crashed 1 137 outside', 'started 2', 'ready 2', 'stopped 2 0 itself'],
      ['stdout draining'],
      ['stopped'],
    ]);
  });

  it('receives SIGTERM when its node is stopped, and is not started again', async () => {
    const run = await runMain(
      `const interval = setInterval(() => {}, 1000);
       process.on('SIGTERM', () => { console.log('draining'); clearInterval(interval); });`,
      (tools) => tools.at(100, () => tools.world.nodes.get('node-1')?.stop(tools.note)),
      { untilMs: 5000 },
    );
    expect([phases(run), run.output, said(run)]).toEqual([
      ['started 1', 'ready 1', 'stopped 1 0 itself'],
      ['stdout draining'],
      ['stopped'],
    ]);
    expect(run.problems).toEqual([]);
  });

  it('dies of SIGTERM without a listener, even while its event loop is stalled', async () => {
    const run = await runMain(
      SERVES,
      (tools) => {
        tools.fault('node-stall', 'node-1', 50, 1000);
        tools.at(100, () => tools.world.nodes.get('node-1')?.stop(tools.note));
      },
      { untilMs: 5000 },
    );
    expect([phases(run), said(run)]).toEqual([['started 1', 'ready 1', 'stopped 1 143 outside'], ['stopped']]);
    expect(run.records.find((record) => record.type === 'node' && record.phase === 'stopped')?.atMs).toBe(100);
  });

  it('is killed by a deployment if it ignores SIGTERM', async () => {
    const run = await runMain(
      `${SERVES} process.on('SIGTERM', () => {});`,
      (tools) => tools.fault('deploy', 'node-1', 100, 15_000),
      {
        untilMs: 20_000,
      },
    );
    expect(phases(run)).toEqual(['started 1', 'ready 1', 'crashed 1 137 outside', 'started 2', 'ready 2']);
  });

  it('is started again 1 s after it has ended on its own', async () => {
    const run = await runMain(
      `setTimeout(() => process.exit(3), 100);`,
      (tools) => tools.at(50, () => firstProcess(tools).onListening()),
      { untilMs: 1500 },
    );
    expect(phases(run).slice(0, 5)).toEqual(['started 1', 'ready 1', 'crashed 1 3 itself', 'started 2', 'ready 2']);
    const [first, second] = run.records.filter((record) => record.type === 'node' && record.phase === 'started');
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1100);
  });

  it('that another fault starts again is not started twice', async () => {
    const run = await runMain(
      `setTimeout(() => process.exit(3), 100);`,
      (tools) => {
        tools.at(50, () => firstProcess(tools).onListening());
        tools.at(500, () => tools.world.nodes.get('node-1')?.start());
        tools.at(550, () => tools.world.nodes.get('node-1')?.crash('test'));
      },
      { untilMs: 5000 },
    );
    expect(phases(run)).toEqual([
      'started 1',
      'ready 1',
      'crashed 1 3 itself',
      'started 2',
      'ready 2',
      'crashed 2 137 outside',
    ]);
  });

  it('ends when its last connection to Redis has ended', async () => {
    const run = await runMain(
      `const socket = require('net').connect(6379).resume();
       require('net').connect(6379).unref();
       socket.on('connect', () => setTimeout(() => { console.log('ends'); socket.end(); }, 20));
       socket.on('close', () => console.log('closed'));
       process.on('exit', () => console.log('exit'));`,
      undefined,
      { untilMs: 900 },
    );
    expect([run.output, phases(run)]).toEqual([
      ['stdout ends', 'stdout closed', 'stdout exit'],
      ['started 1', 'ready 1', 'stopped 1 0 itself'],
    ]);
    expect(run.world.redis.sessions.size).toBe(0);
  });

  it('is an error of the scenario if it ends and has never listened', async () => {
    const [idle, failed] = [await runMain(''), await runMain('process.exit(1)')];
    expect(idle.problems[0]).toMatch(/^exit code 0 at 0 ms\. A main module starts a server with listen\(\)/);
    expect(failed.problems[0]).toMatch(/^exit code 1 at 0 ms/);
  });

  it('may fail to start while a fault disturbs it', async () => {
    const run = await runMain(
      `await new Promise((resolve) => setTimeout(resolve, 100)); process.exit(1);`,
      (tools) => tools.fault('clock-skew', 'node-1', 0, 1000),
      { untilMs: 2250 },
    );
    expect(run.problems).toEqual([]);
    expect(phases(run)).toEqual(['started 1', 'crashed 1 1 itself', 'started 2', 'crashed 2 1 itself', 'started 3']);
    expect(run.world.nodes.get('node-1')?.startingSinceMs).toBe(0);
  });

  it('crashes the run with an error that it does not catch', async () => {
    const run = await runMain(`setTimeout(() => { throw new TypeError('of the system'); }, 10);`);
    expect(run.end).toMatchObject({ why: 'threw', reason: new TypeError('of the system') });
    expect(phases(run)).toEqual(['started 1', 'ready 1', 'crashed 1 1 itself']);
  });
});

describe('the output of a main module', () => {
  it('is recorded by lines, without frames of stacks', async () => {
    const run = await runMain(
      `${SERVES}
       const error = new Error('fails');
       console.error(error);
       console.log(JSON.stringify({ stack: error.stack, after: 1 }));
       console.warn('two\\nlines');
       process.stdout.write('x'.repeat(3000) + '\\r\\n');
       process.stdout.write('cut ');
       setTimeout(() => process.stdout.write('off'), 10);`,
      (tools) => tools.at(100, () => tools.world.nodes.get('node-1')?.crash('test')),
    );
    expect(run.output).toEqual([
      'stderr Error: fails',
      'stdout {"stack":"Error: fails","after":1}',
      'stderr two',
      'stderr lines',
      `stdout ${'x'.repeat(2000)}…`,
      'stdout cut off',
    ]);
    expect(run.world.recorder.printed.some(({ text }) => /^ {4}at /.test(text))).toBe(true);
  });

  it('is recorded without colours, and without frames that are coloured', async () => {
    const run = await runMain(
      `${SERVES}
       console.log('\\x1b[32mready\\x1b[39m');
       console.error(new Error('fails').stack.replaceAll(/^.*$/gm, '\\x1b[90m$&\\x1b[39m'));`,
    );
    expect(run.output).toEqual(['stdout ready', 'stderr Error: fails']);
  });

  it('does not change the digest by its text', async () => {
    const digest = async (text: string) => (await runMain(`${SERVES} console.log('${text}');`)).digest;
    expect(await digest('one')).toBe(await digest('two'));
    expect(await digest('one')).not.toBe(await digest('one\\ntwo'));
  });

  it('measures times of the console in virtual time', async () => {
    const run = await runMain(
      `console.time('wait');
       setTimeout(() => console.timeEnd('wait'), 1);
       ${SERVES}`,
    );
    expect(run.output[0]).toMatch(/^stdout wait: 1(?:\.\d+)?ms$/);
  });
});

describe('a system with start', () => {
  it('may exit: nothing that it does afterwards has an effect, and it is started again', async () => {
    let processes = 0;
    const run = await runWorld(
      (node, tools, host) => {
        processes += 1;
        const isFirst = processes === 1;
        const redis = node.redis();
        node.listen((socket) => {
          socket.on('message', () => {
            const { control } = host.state;
            try {
              if (isFirst) control?.end({ code: 2, signal: null });
              socket.send('alive');
            } finally {
              if (isFirst) {
                socket.send('late');
                node.probe.note('late');
                node.clock.startTimer({ label: 'late', owner: 'o' }, 1, () => tools.note('late'));
                redis.set('late', '1').catch(() => undefined);
              }
            }
          });
        });
        return {};
      },
      (tools) => {
        tools.at(100, async () => (await tools.dial('client-1')).send('exit'));
        tools.at(3000, async () => (await tools.dial('client-2')).send('ask'));
      },
      { untilMs: 5000 },
    );
    expect(said(run)).toEqual(['client-1 open', 'client-1 closed 1006', 'client-2 open', 'client-2 got alive']);
    expect(run.records.filter((record) => JSON.stringify(record).includes('late'))).toEqual([]);
    expect(run.records.find((record) => record.type === 'node' && record.phase === 'crashed')).toMatchObject({
      exit: { code: 2, signal: '', by: 'itself' },
    });
    expect(run.world.ledger.redisKeys()).toEqual([]);
  });
});
