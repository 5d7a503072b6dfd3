/** The contract of processes: errors and rejections that no code catches, and warnings. */
import type { ProcessEntry } from './process-entry.ts';

export const PROCESS_ERRORS: readonly ProcessEntry[] = [
  [
    'an uncaught error ends the process with 1, after the listeners of exit',
    `process.on('exit', (code) => console.log('exit', code, process.exitCode));
     setTimeout(() => console.log('never'), 1);
     Promise.resolve().then(() => console.log('microtask'));
     process.nextTick(() => { console.log('tick'); throw new Error('fails'); });
     process.nextTick(() => console.log('never'));`,
    { lines: ['tick', 'exit 1 1'], code: 1 },
  ],
  [
    'a process lives on when a listener takes the error',
    `process.on('uncaughtException', (error, origin) => console.log(error.message, origin));
     setTimeout(() => {
       process.nextTick(() => console.log('tick'));
       Promise.resolve().then(() => console.log('microtask'));
       throw new Error('one');
     }, 1);
     setTimeout(() => console.log('timer'), 10);
     queueMicrotask(() => { throw new Error('two'); });
     process.on('exit', (code) => console.log('exit', code));`,
    {
      lines: ['two uncaughtException', 'one uncaughtException', 'tick', 'microtask', 'timer', 'exit 0'],
      code: 0,
    },
  ],
  [
    'an interval whose callback throws continues',
    `let count = 0;
     process.on('uncaughtException', (error) => console.log(error.message));
     const interval = setInterval(() => {
       count += 1;
       if (count === 3) clearInterval(interval);
       throw new Error(String(count));
     }, 2);`,
    { lines: ['1', '2', '3'], code: 0 },
  ],
  [
    'a listener of exit sets the exit code after an uncaught error',
    `process.on('exit', (code) => { console.log(code); process.exitCode = 8; });
     setTimeout(() => { throw new Error('fails'); }, 1);`,
    { lines: ['1'], code: 8 },
  ],
  [
    'a monitor sees the error, which still ends the process',
    `process.on('uncaughtExceptionMonitor', (error, origin) => console.log(error.message, origin));
     process.on('exit', (code) => console.log('exit', code));
     setTimeout(() => { throw new Error('fails'); }, 1);`,
    { lines: ['fails uncaughtException', 'exit 1'], code: 1 },
  ],
  [
    'an error in the listener for errors ends the process with 7',
    `process.on('uncaughtException', (error) => { console.log(error.message); throw new Error('again'); });
     process.on('exit', (code) => console.log('exit', code));
     setTimeout(() => { throw new Error('fails'); }, 1);`,
    { lines: ['fails'], code: 7 },
  ],
  [
    'a listener for errors may end the process',
    `process.on('uncaughtException', () => { console.log('caught'); process.exit(5); });
     process.on('exit', (code) => console.log('exit', code));
     setTimeout(() => { throw new Error('fails'); }, 1);
     setTimeout(() => console.log('never'), 5);`,
    { lines: ['caught', 'exit 5'], code: 5 },
  ],
  [
    'a callback can take all errors instead of the listeners',
    `process.on('uncaughtException', () => console.log('never'));
     process.setUncaughtExceptionCaptureCallback((error) => console.log('taken', error.message));
     console.log(process.hasUncaughtExceptionCaptureCallback());
     setTimeout(() => { throw new Error('fails'); }, 1);`,
    { lines: ['true', 'taken fails'], code: 0 },
  ],
  [
    'an unhandled rejection ends the process with 1',
    `process.on('exit', (code) => console.log('exit', code));
     setTimeout(() => console.log('never'), 5);
     Promise.reject(new Error('fails'));`,
    { lines: ['exit 1'], code: 1 },
  ],
  [
    'a listener takes an unhandled rejection, with its promise',
    `const rejected = Promise.reject(new Error('fails'));
     process.on('unhandledRejection', (reason, promise) => console.log(reason.message, promise === rejected));
     process.on('uncaughtException', () => console.log('never'));
     setTimeout(() => console.log('timer'), 2);`,
    { lines: ['fails true', 'timer'], code: 0 },
  ],
  [
    'an unhandled rejection without a listener is an uncaught error',
    `process.on('uncaughtException', (error, origin) => console.log(error.code, origin));
     Promise.reject('a string');
     setTimeout(() => Promise.reject(Object.assign(new Error('x'), { code: 'OWN' })), 2);`,
    { lines: ['ERR_UNHANDLED_REJECTION unhandledRejection', 'OWN unhandledRejection'], code: 0 },
  ],
  [
    'a rejection that is handled late is reported twice',
    `process.on('unhandledRejection', () => console.log('unhandled'));
     process.on('rejectionHandled', (promise) => console.log('handled', promise === rejected));
     const rejected = Promise.reject(new Error('fails'));
     setTimeout(() => rejected.catch(() => console.log('caught')), 2);
     setTimeout(() => console.log('timer'), 10);`,
    { lines: ['unhandled', 'caught', 'handled true', 'timer'], code: 0 },
  ],
  [
    'an error in a listener of exit, during an exit, can be caught',
    `process.on('exit', () => { console.log('exit'); throw new Error('fails'); });
     process.on('exit', () => console.log('never'));
     try { process.exit(3); } catch (error) { console.log('caught', error.message); }
     process.exit(4);`,
    { lines: ['exit', 'caught fails'], code: 4 },
  ],
  [
    'an error in a listener of exit, during an exit, ends the process',
    `process.on('exit', () => { console.log('exit'); throw new Error('fails'); });
     process.on('exit', () => console.log('never'));
     process.exit(3);`,
    { lines: ['exit'], code: 3 },
  ],
  [
    'an error in a listener of exit, when nothing is left, ends the process',
    `process.on('exit', () => { console.log('exit'); throw new Error('fails'); });
     process.on('exit', () => console.log('never'));`,
    { lines: ['exit'], code: 1 },
  ],
  [
    'an error in a listener of exit may be taken, and the process still ends',
    `process.on('uncaughtException', (error) => console.log(error.message));
     process.on('exit', () => { console.log('exit'); throw new Error('fails'); });`,
    { lines: ['exit', 'fails'], code: 0 },
  ],
  [
    'an error in a listener of beforeExit is uncaught',
    `process.on('beforeExit', () => { console.log('beforeExit'); throw new Error('fails'); });
     process.on('exit', (code) => console.log('exit', code));`,
    { lines: ['beforeExit', 'exit 1'], code: 1 },
  ],
  [
    'an error while the main module runs ends the process',
    `process.on('exit', (code) => console.log('exit', code));
     setImmediate(() => console.log('never'));
     throw new Error('fails');`,
    { lines: ['exit 1'], code: 1 },
  ],
  [
    'an error while the main module runs may be taken',
    `process.on('uncaughtException', (error) => console.log(error.message));
     setImmediate(() => console.log('immediate'));
     throw new Error('fails');`,
    { lines: ['fails', 'immediate'], code: 0 },
  ],
  [
    'anything can be thrown',
    `process.on('uncaughtException', (error) => console.log(error));
     setTimeout(() => { throw null; }, 1);
     setTimeout(() => { throw undefined; }, 5);`,
    { lines: ['null', 'undefined'], code: 0 },
  ],
  [
    'a warning is an event of the next tick',
    `process.on('warning', ({ name, message, code }) => console.log(name, message, code));
     process.emitWarning('plain');
     process.emitWarning('typed', 'OwnWarning', 'OWN');
     process.emitWarning('with options', { type: 'Other', code: 'C', detail: 'more' });
     process.emitWarning(Object.assign(new Error('error'), { name: 'Named' }));
     console.log('now');`,
    {
      lines: [
        'now',
        'Warning plain undefined',
        'OwnWarning typed OWN',
        'Other with options C',
        'Named error undefined',
      ],
      code: 0,
    },
  ],
  [
    'a timer that is too long, and an emitter with too many listeners, cause warnings',
    `process.on('warning', ({ name, message, type, count }) => console.log(name, message.split(/[.\\n] ?/)[0], type, count));
     setTimeout(() => console.log('fired'), 2 ** 31);
     clearInterval(setInterval(() => undefined, 2 ** 40));
     const { EventEmitter } = require('node:events');
     const emitter = new EventEmitter();
     for (let number = 0; number < 12; number += 1) emitter.on('news', () => undefined);
     console.log('now');`,
    {
      lines: [
        'now',
        'TimeoutOverflowWarning 2147483648 does not fit into a 32-bit signed integer undefined undefined',
        'TimeoutOverflowWarning 1099511627776 does not fit into a 32-bit signed integer undefined undefined',
        'MaxListenersExceededWarning Possible EventEmitter memory leak detected news 11',
        'fired',
      ],
      code: 0,
    },
  ],
];
