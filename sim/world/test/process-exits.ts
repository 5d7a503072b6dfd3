/** The contract of processes: when and how a process ends on its own. */
import type { ProcessEntry } from './process-entry.ts';

export const PROCESS_EXITS: readonly ProcessEntry[] = [
  [
    'a process ends when no timer and no immediate is left',
    `console.log('begin');
     setTimeout(() => {
       console.log('timer');
       setImmediate(() => console.log('immediate'));
     }, 5);
     process.on('exit', (code) => console.log('exit', code));`,
    { lines: ['begin', 'timer', 'immediate', 'exit 0'], code: 0 },
  ],
  [
    'timers that are not referenced keep no process alive',
    `const timer = setTimeout(() => console.log('never'), 60000);
     console.log(timer.hasRef(), timer.unref() === timer, timer.hasRef());
     setInterval(() => console.log('never'), 60000).unref();
     setTimeout(() => console.log('never'), 60000).unref().ref().unref();
     const again = setTimeout(() => console.log('again'), 5).unref();
     again.ref();
     clearInterval(setInterval(() => console.log('never'), 60000));
     process.on('exit', () => console.log('exit'));`,
    { lines: ['true true false', 'again', 'exit'], code: 0 },
  ],
  [
    'an interval keeps the process alive until it is cleared, and a refreshed timer until it fires',
    `let count = 0;
     const interval = setInterval(() => {
       count += 1;
       console.log('interval', count);
       if (count < 3) return;
       clearInterval(interval);
       let isSecond = false;
       const timer = setTimeout(() => {
         console.log('timer');
         if (!isSecond) timer.refresh();
         isSecond = true;
       }, 4);
     }, 3);`,
    { lines: ['interval 1', 'interval 2', 'interval 3', 'timer', 'timer'], code: 0 },
  ],
  [
    'waits of timers/promises keep the process alive unless they are not referenced',
    `const { setTimeout: wait, setImmediate: turn, setInterval: ticks } = require('timers/promises');
     wait(60000, 'never', { ref: false }).then(console.log);
     wait(60000, 'never', { signal: AbortSignal.timeout(60000), ref: false }).then(console.log, () => undefined);
     AbortSignal.timeout(60000).addEventListener('abort', () => console.log('never'));
     (async () => {
       console.log(await turn('turned'));
       console.log(await wait(3, 'waited'));
       let count = 0;
       for await (const value of ticks(2, 'tick')) {
         count += 1;
         console.log(value, count);
         if (count === 2) break;
       }
     })();
     process.on('exit', () => console.log('exit'));`,
    { lines: ['turned', 'waited', 'tick 1', 'tick 2', 'exit'], code: 0 },
  ],
  [
    'an immediate can be referenced again',
    `process.on('beforeExit', () => console.log('beforeExit'));
     setTimeout(() => {
       const immediate = setImmediate(() => console.log('referenced')).unref();
       console.log(immediate.hasRef(), immediate.ref().hasRef());
     }, 5);`,
    { lines: ['false true', 'referenced', 'beforeExit'], code: 0 },
  ],
  [
    'a pending promise keeps no process alive',
    `new Promise(() => {}).then(() => console.log('never'));
     process.on('beforeExit', () => console.log('beforeExit'));`,
    { lines: ['beforeExit'], code: 0 },
  ],
  [
    'beforeExit is emitted each time that nothing is left',
    `let count = 0;
     process.on('beforeExit', (code) => {
       count += 1;
       console.log('beforeExit', code, count);
       if (count === 1) setTimeout(() => console.log('timer'), 2);
       if (count === 2) setImmediate(() => console.log('immediate'));
       if (count === 3) Promise.resolve().then(() => console.log('microtask'));
     });
     process.on('exit', () => console.log('exit'));`,
    {
      lines: ['beforeExit 0 1', 'timer', 'beforeExit 0 2', 'immediate', 'beforeExit 0 3', 'microtask', 'exit'],
      code: 0,
    },
  ],
  [
    'exit ends the process at once, and beforeExit is not emitted',
    `process.on('beforeExit', () => console.log('beforeExit'));
     process.on('exit', (code) => console.log('exit', code));
     setTimeout(() => console.log('never'), 1);
     process.exit(3);
     console.log('never');`,
    { lines: ['exit 3'], code: 3 },
  ],
  [
    'nothing has an effect after exit, not even in a finally block, a tick or a microtask',
    `(async () => {
       process.nextTick(() => console.log('tick'));
       Promise.resolve().then(() => console.log('microtask'));
       setImmediate(() => console.log('immediate'));
       try {
         process.exit(4);
       } catch {
         console.log('catch');
       } finally {
         console.log('finally');
         process.exit(5);
       }
       await null;
       console.log('awaited');
     })().catch(() => console.log('caught')).then(() => process.exit(6));`,
    { lines: [], code: 4 },
  ],
  [
    'after the listeners of exit only microtasks run',
    `process.on('exit', () => {
       console.log('first');
       process.nextTick(() => console.log('tick'));
       Promise.resolve().then(() => console.log('microtask'));
       setTimeout(() => console.log('timer'), 0);
     });
     process.on('exit', () => console.log('second'));`,
    { lines: ['first', 'second', 'microtask'], code: 0 },
  ],
  [
    'an exit in a listener of exit ends the process with another code',
    `process.on('exit', (code) => { console.log(code); process.exit(9); });
     process.on('exit', () => console.log('never'));
     setTimeout(() => process.exit(2), 2);`,
    { lines: ['2'], code: 9 },
  ],
  [
    'a listener of exit sets the exit code',
    `process.exitCode = 2;
     process.on('exit', (code) => { console.log(code, process.exitCode); process.exitCode = 8; });`,
    { lines: ['2 2'], code: 8 },
  ],
  [
    'exit without a code uses exitCode',
    `process.exitCode = 3;
     process.on('exit', (code) => console.log(code));
     process.exit();`,
    { lines: ['3'], code: 3 },
  ],
  [
    'exit codes are integers or numerals',
    `const attempt = (act) => { try { act(); } catch (error) { console.log(error.name, error.code); } };
     attempt(() => process.exit('x'));
     attempt(() => { process.exitCode = 1.5; });
     attempt(() => { process.exitCode = {}; });
     process.exitCode = '4';
     console.log(Number(process.exitCode));`,
    {
      lines: ['TypeError ERR_INVALID_ARG_TYPE', 'RangeError ERR_OUT_OF_RANGE', 'TypeError ERR_INVALID_ARG_TYPE', '4'],
      code: 4,
    },
  ],
  ['the operating system keeps eight bits of a code', 'process.exit(257);', { lines: [], code: 1 }],
  ['a negative code is taken modulo 256', 'process.exitCode = -2;', { lines: [], code: 254 }],
  [
    'reallyExit emits nothing',
    `process.on('exit', () => console.log('never'));
     process.reallyExit(6);`,
    { lines: [], code: 6 },
  ],
  [
    'a replaced reallyExit sees the exit',
    `const { reallyExit } = process;
     process.reallyExit = (code) => { console.log('really', code); reallyExit.call(process, 7); };
     process.exit(1);`,
    { lines: ['really 1'], code: 7 },
  ],
  [
    'a module that waits for what never comes ends with 13',
    {
      isModule: true,
      text: `process.on('exit', () => console.log('exit', process.exitCode));
             console.log('begin');
             await new Promise(() => {});
             console.log('never');`,
    },
    { lines: ['begin', 'exit 13'], code: 13 },
  ],
  [
    'a module continues after a top-level await',
    {
      isModule: true,
      text: `await new Promise((resolve) => setTimeout(resolve, 5));
             console.log('continued');
             setTimeout(() => console.log('timer'), 1);`,
    },
    { lines: ['continued', 'timer'], code: 0 },
  ],
  [
    'output is lines, however it is written',
    `process.stdout.write('one ');
     process.stdout.write(Buffer.from('two\\nthree'), () => console.log('written'));
     process.stdout.write('\\n');
     console.log('%s is %d', 'four', 4, { five: [5] });
     console.group('group');
     console.info('inside');
     console.groupEnd();
     console.debug('outside');
     const { writable, isTTY, columns, fd } = process.stdout;
     console.log(writable, Boolean(isTTY), columns, fd);
     process.stdout.write('no line break');`,
    {
      lines: [
        'one two',
        'three',
        'four is 4 { five: [ 5 ] }',
        'group',
        '  inside',
        'outside',
        'true false undefined 1',
        'no line breakwritten',
      ],
      code: 0,
    },
  ],
  [
    'output has no disk to flush to',
    `const fs = require('node:fs');
     try {
       fs.fsyncSync(1);
     } catch ({ code, errno, syscall, message }) {
       console.log(code, errno, syscall, message);
     }
     fs.fsync(2, ({ code }) => console.log(code));
     console.log('later');`,
    { lines: ['EINVAL -22 fsync EINVAL: invalid argument, fsync', 'later', 'EINVAL'], code: 0 },
  ],
  [
    'the input is empty and ends',
    `process.stdin.on('data', () => console.log('data'));
     process.stdin.on('end', () => console.log('end', process.stdin.fd));
     process.on('exit', () => console.log('exit'));`,
    { lines: ['end 0', 'exit'], code: 0 },
  ],
  [
    'environment variables are strings',
    `process.env.COUNT = 5;
     process.env.NOTHING = undefined;
     console.log(JSON.stringify([process.env.COUNT, process.env.NOTHING, process.env.ABSENT]));
     console.log('COUNT' in process.env, Object.keys(process.env).includes('COUNT'));
     delete process.env.COUNT;
     console.log('COUNT' in process.env, { ...process.env }.NOTHING);
     try { process.env.SYMBOL = Symbol(); } catch (error) { console.log(error.name); }`,
    { lines: ['["5","undefined",null]', 'true true', 'false undefined', 'TypeError'], code: 0 },
  ],
];
