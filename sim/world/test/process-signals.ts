/** The contract of processes: signals, from outside and from the process itself. */
import type { ProcessEntry } from './process-entry.ts';

export const PROCESS_SIGNALS: readonly ProcessEntry[] = [
  [
    'SIGTERM kills a process without a listener, and exit is not emitted',
    {
      signal: 'SIGTERM',
      text: `process.on('exit', () => console.log('never'));
             setInterval(() => {}, 10);
             console.log('ready');`,
    },
    { lines: ['ready'], code: 143 },
  ],
  [
    'a listener of SIGTERM lets the process end when nothing is left',
    {
      signal: 'SIGTERM',
      text: `const interval = setInterval(() => {}, 10);
             process.on('SIGTERM', (...values) => {
               console.log(values.join());
               clearInterval(interval);
               setTimeout(() => console.log('drained'), 5);
             });
             process.on('beforeExit', () => console.log('beforeExit'));
             process.on('exit', (code) => console.log('exit', code));
             console.log('ready');`,
    },
    { lines: ['ready', 'SIGTERM,15', 'drained', 'beforeExit', 'exit 0'], code: 0 },
  ],
  [
    'a listener of SIGTERM may exit',
    {
      signal: 'SIGTERM',
      text: `setInterval(() => {}, 10);
             process.on('SIGTERM', async () => {
               await new Promise((resolve) => setTimeout(resolve, 3));
               console.log('stopped');
               process.exit();
             });
             process.on('exit', (code) => console.log('exit', code));
             console.log('ready');`,
    },
    { lines: ['ready', 'stopped', 'exit 0'], code: 0 },
  ],
  [
    'a listener of SIGTERM that was removed does not save the process',
    {
      signal: 'SIGTERM',
      text: `setInterval(() => {}, 10);
             const listener = () => console.log('never');
             process.on('SIGTERM', listener);
             process.off('SIGTERM', listener);
             console.log('ready');`,
    },
    { lines: ['ready'], code: 143 },
  ],
  [
    'a listener keeps no process alive',
    `process.on('SIGTERM', () => console.log('never'));
     process.on('exit', () => console.log('exit'));`,
    { lines: ['exit'], code: 0 },
  ],
  [
    'a process that sends itself SIGINT dies within the call',
    `process.on('exit', () => console.log('never'));
     console.log('before');
     process.kill(process.pid, 'SIGINT');
     console.log('never');`,
    { lines: ['before'], code: 130 },
  ],
  [
    'a process receives its own signal later',
    `process.once('SIGHUP', (name, number) => { console.log(name, number); clearTimeout(timer); });
     const timer = setTimeout(() => {}, 60000);
     console.log(process.kill(process.pid, 'SIGHUP'));
     Promise.resolve().then(() => console.log('microtask'));`,
    { lines: ['true', 'microtask', 'SIGHUP 1'], code: 0 },
  ],
  [
    'after a listener that is called once, the signal kills',
    `process.once('SIGUSR2', () => {
       console.log('once');
       process.kill(process.pid, 'SIGUSR2');
       console.log('never');
     });
     setTimeout(() => console.log('never'), 60000);
     process.kill(process.pid, 'SIGUSR2');`,
    { lines: ['once'], code: 140 },
  ],
  [
    'some signals are ignored without a listener',
    `for (const name of ['SIGWINCH', 'SIGCHLD', 'SIGPIPE', 'SIGCONT', 'SIGURG']) process.kill(process.pid, name);
     setTimeout(() => console.log('alive'), 5);`,
    { lines: ['alive'], code: 0 },
  ],
  [
    'signals can be sent by number, and 0 asks whether the process exists',
    `console.log(process.kill(process.pid, 0));
     process.on('SIGTERM', () => { console.log('received'); clearTimeout(timer); });
     const timer = setTimeout(() => {}, 60000);
     process.kill(process.pid, 15);`,
    { lines: ['true', 'received'], code: 0 },
  ],
  [
    'invalid signals and unknown processes are errors',
    `const attempt = (act) => { try { act(); } catch ({ name, code, message }) { console.log(name, code, message); } };
     attempt(() => process.kill(process.pid, 'SIGFOO'));
     attempt(() => process.kill('x'));
     attempt(() => process.kill(9999999));
     attempt(() => process.on('SIGKILL', () => {}));`,
    {
      lines: [
        'TypeError ERR_UNKNOWN_SIGNAL Unknown signal: SIGFOO',
        `TypeError ERR_INVALID_ARG_TYPE The "pid" argument must be of type number. Received type string ('x')`,
        'Error ESRCH kill ESRCH',
        'Error EINVAL uv_signal_start EINVAL',
      ],
      code: 0,
    },
  ],
  [
    'SIGKILL ends a process whatever it listens to',
    `process.on('exit', () => console.log('never'));
     process.kill(process.pid, 'SIGKILL');
     console.log('never');`,
    { lines: [], code: 137 },
  ],
  [
    'abort ends a process without events',
    `process.on('exit', () => console.log('never'));
     process.abort();`,
    { lines: [], code: 134 },
  ],
  [
    'process is an event emitter',
    `const listener = (...values) => console.log(values.join());
     process.on('own', listener);
     process.prependListener('own', () => console.log('first'));
     console.log(process.emit('own', 1, 2), process.emit('other'));
     console.log(process.listenerCount('own'), process.listeners('own')[1] === listener);
     console.log(process.emit('SIGTERM'), process.listenerCount('SIGTERM'));
     process.removeAllListeners('own');
     console.log(process.eventNames().includes('own'), process instanceof require('events'));`,
    { lines: ['first', '1,2', 'true false', '2 true', 'false 0', 'false true'], code: 0 },
  ],
];
