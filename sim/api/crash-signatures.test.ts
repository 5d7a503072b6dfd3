/**
 * Crashes of systems are attributed to their cause. One cause has one signature, whether or not
 * each process evaluates the packages.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { HostedWorker, runSeed } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const VISITS = `{
  visitor: {
    async visit({ connect, sleep }) {
      const socket = await connect('node-1');
      socket.send('hello');
      await sleep(100);
      socket.close();
    },
  },
}`;

async function crashOf(server: string, installed: readonly string[], statefulPackages: readonly string[]) {
  const { failure } = await runSeed(await worker.load(server, VISITS, installed, { statefulPackages }), 1);
  return { signature: failure?.signature, text: failure?.text.split('\n', 1)[0] };
}

test('a listener without a name does not get the name of a member of the simulator', async () => {
  const throwing =
    'export const start = (node) => { node.listen(() => { throw new RangeError("mine"); }); return {}; };';
  expect(await crashOf(throwing, [], [])).toEqual({
    signature: 'crash: RangeError in function 1 of start',
    text: 'node-1.1 threw: RangeError: mine, in function 1 of start of server.js',
  });
});

describe('functions without names', () => {
  const CODE = `
    import { WebSocketServer } from 'ws';
    const sockets = new WebSocketServer({ port: 3000 });
    sockets.on('connection', (socket) => {
      FIRST
      socket.on('error', () => undefined);
      socket.on('message', () => {
        SECOND
      });
    });`;
  const THROW = 'throw new RangeError("mine");';
  const signatureOf = async (first: string, second: string, before = '') => {
    const server = before + CODE.replace('FIRST', first).replace('SECOND', second);
    return (await crashOf(server, ['ws'], [])).signature;
  };

  test('at different places have different signatures', async () => {
    expect(await signatureOf(THROW, '')).toBe('crash: RangeError in function 1 of server.js');
    expect(await signatureOf('', THROW)).toBe('crash: RangeError in function 3 of server.js');
  });

  test('keep their signatures when other code moves', async () => {
    const before = `
      import { EventEmitter } from 'node:events';
      class Unrelated { run() { return [1].map((one) => one); } }
      function alsoUnrelated() { return () => new Unrelated().run(); }
      new EventEmitter().on('x', alsoUnrelated);`;
    expect(await signatureOf('', `const one = 1; ${THROW}`, before)).toBe(
      'crash: RangeError in function 3 of server.js',
    );
  });
});

describe.each([
  ['shared packages', false],
  ['packages that each process evaluates', true],
])('with %s', (_, isStateful) => {
  test('a rejected command is attributed to the command', async () => {
    const server = `
      import { Redis } from 'ioredis';
      export const start = (node) => {
        const redis = new Redis();
        node.listen(async () => {
          await redis.set('count', 'many');
          await redis.incr('count');
        });
        return {};
      };`;
    expect(await crashOf(server, ['ioredis'], isStateful ? ['ioredis', 'redis-parser'] : [])).toEqual({
      signature: 'crash: ReplyError of incr',
      text: expect.stringMatching(
        /unhandled rejection: ReplyError: ERR .*, from the Redis command incr count$/,
      ) as string,
    });
  });

  test('an error in a package is attributed to its caller', async () => {
    const server = `
      import Parser from 'redis-parser';
      export const start = (node) => {
        node.listen(function enter(socket) {
          new Parser({});
        });
        return {};
      };`;
    expect(await crashOf(server, ['redis-parser', 'redis-errors'], isStateful ? ['redis-parser'] : [])).toMatchObject({
      signature: 'crash: TypeError in enter',
    });
  });
});
