/** The contract of faults that hit attempts to connect, and of slow readers. */
import type { TcpEntry } from './tcp-entry.ts';

const ECHO = `listen(net.createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (data) => socket.write('echo ' + data));
}), { backlog: 1 });`;

export const TCP_CONNECTS: readonly TcpEntry[] = [
  {
    title: 'connect-refused: an attempt fails at once, and a later one succeeds',
    fault: { kind: 'connect-refused' },
    server: ECHO,
    client: `const dial = () => {
      const socket = net.connect(port, host, () => { say('client', 'connected'); socket.destroy(); });
      socket.on('error', (error) => {
        if (!refused) say('client', error.code + ' ' + error.syscall);
        refused = true;
        setTimeout(dial, 100);
      });
    };
    let refused = false;
    dial();`,
    expected: { client: ['ECONNREFUSED connect', 'connected'] },
  },
  {
    title: 'connect-unanswered: an attempt waits without an error, and is tried again',
    fault: { kind: 'connect-unanswered' },
    server: ECHO,
    client: `const socket = net.connect(port, host, () => { say('client', 'connected'); socket.write('hello'); });
      watch('client', socket, 'error').on('data', (data) => { say('client', String(data)); socket.destroy(); });
      setTimeout(() => say('client', 'connecting ' + socket.connecting), 300);`,
    expected: { client: ['connecting true', 'connected', 'echo hello'] },
  },
  {
    title: 'connect-unanswered: the time limit of a request ends the wait',
    fault: { kind: 'connect-unanswered' },
    server: ECHO,
    client: `const request = http.get({ host, port, agent: false, timeout: 200 });
      request.on('timeout', () => { say('client', 'timeout'); request.destroy(); });
      watch('client', request, 'error', 'close');`,
    expected: { client: ['timeout', 'error ECONNRESET socket hang up', 'close'] },
  },
  {
    title: 'late-listen: a process that works and does not listen yet refuses connections',
    fault: { kind: 'late-listen' },
    server: `let ticks = 0;
      setInterval(() => { ticks += 1; }, 20);
      listen(net.createServer((socket) => {
        say('server', 'worked before: ' + (ticks > 0));
        socket.on('error', () => undefined);
      }));`,
    client: `const dial = () => {
      const socket = net.connect(port, host, () => { say('client', 'connected'); socket.destroy(); });
      socket.on('error', (error) => {
        if (!refused) say('client', error.code + ' ' + error.syscall);
        refused = true;
        setTimeout(dial, 100);
      });
    };
    let refused = false;
    dial();`,
    expected: { client: ['ECONNREFUSED connect', 'connected'], server: ['worked before: true'] },
  },
  {
    title: 'node-stall: a queue takes one connection more than its backlog, and answers no other',
    fault: { kind: 'node-stall' },
    server: ECHO,
    client: `const sockets = Array.from({ length: 4 }, () => net.connect(port, host));
      let echoes = 0;
      for (const socket of sockets) {
        socket.on('connect', () => socket.write('hello'));
        socket.on('data', () => {
          echoes += 1;
          socket.destroy();
          if (echoes === 4) say('client', 'all answered');
        });
        watch('client', socket, 'error');
      }
      setTimeout(() => {
        say('client', 'connected: ' + sockets.filter(({ connecting }) => !connecting).length);
        say('client', 'answered: ' + echoes);
      }, 400);`,
    expected: { client: ['connected: 2', 'answered: 0', 'all answered'] },
  },
  {
    title: 'slow-reader: a message arrives in parts, in order',
    fault: { kind: 'slow-reader' },
    server: `listen(net.createServer((socket) => {
      socket.on('error', () => undefined);
      setTimeout(() => socket.write('0123456789'), 300);
    }));`,
    client: `let reads = 0;
      let text = '';
      net.connect(port, host).on('data', (data) => {
        reads += 1;
        text += data;
        if (text.length === 10) say('client', text + (reads > 1 ? ' in parts' : ' whole'));
      });`,
    expected: { client: ['0123456789 in parts'] },
  },
];
