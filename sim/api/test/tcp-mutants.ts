/**
 * Small servers, and a bug in each that only one fault of TCP finds. A server checks itself: it
 * throws when it has done what it must not do.
 */

export interface TcpMutant {
  readonly kind: string;
  /** What is wrong. */
  readonly bug: string;
  readonly server: string;
  readonly find: string;
  readonly put: string;
  /** Other faults of the network that find it too. */
  readonly alsoFoundBy?: readonly string[];
  readonly settleMs?: number;
  /** Operations of the only kind of actor. */
  readonly operations: string;
}

/** Sends bytes on a separate connection, and waits until it closes. */
const SEND = `(host, bytes) => new Promise((resolve) => {
  const socket = net.connect(3000, host, () => socket.write(bytes));
  socket.on('data', () => socket.destroy()).on('end', () => socket.destroy());
  socket.on('error', () => undefined).on('close', resolve);
})`;

const UPLOAD = `{ async upload({ nodes, pick }) { await (${SEND})(pick('node', nodes), 'x'.repeat(40) + '\\n'); } }`;

const LINES = `
  import net from 'node:net';
  const save = (line) => {
    if (!/^x{40}$/.test(line)) throw new Error('saved a part of a line: ' + line.length);
  };
  net.createServer((socket) => {
    let text = '';
    socket.on('error', () => { text = ''; });
    socket.on('end', () => { text = ''; });
    socket.on('data', (data) => {
      text += data;
      const lines = text.split('\\n');
      text = lines.pop();
      for (const line of lines) save(line);
      if (lines.length > 0) socket.write('saved');
    });
  }).listen(3000);`;

/** Two nodes that send each other beats on a standing connection. */
const PEERS = `
  import net from 'node:net';
  const peer = process.env.NODE_NAME === 'node-1' ? 'node-2' : 'node-1';
  let lastBeat = 0;
  net.createServer((socket) => {
    socket.on('error', () => undefined);
    const beat = setInterval(() => socket.write('beat'), 200);
    socket.on('close', () => clearInterval(beat));
  }).listen(3000);
  const listenToBeats = () => {
    const socket = net.connect(3000, peer);
    socket.on('data', () => { lastBeat = Date.now(); }).on('error', () => undefined);
    socket.on('close', () => setTimeout(listenToBeats, 500));
  };
  listenToBeats();
  const beatsArrive = () => Date.now() - lastBeat < 300;
`;

const IDLE = `{ async wait({ sleep }) { await sleep(1000); } }`;

export const TCP_MUTANTS: readonly TcpMutant[] = [
  {
    kind: 'segmentation',
    bug: 'takes the first bytes of a message for its whole length',
    server: `
      import net from 'node:net';
      net.createServer((socket) => {
        let pending = Buffer.alloc(0);
        socket.on('error', () => undefined);
        socket.on('data', (data) => {
          pending = Buffer.concat([pending, data]);
          while (pending.length >= 4) {
            const length = pending.readUInt32BE(0);
            if (pending.length < 4 + length) return;
            pending = pending.subarray(4 + length);
            socket.write('saved');
          }
        });
      }).listen(3000);`,
    find: 'while (pending.length >= 4)',
    put: 'while (pending.length > 0)',
    operations: `{ async upload({ nodes, pick }) {
      const bytes = Buffer.alloc(20004);
      bytes.writeUInt32BE(20000);
      await (${SEND})(pick('node', nodes), bytes);
    } }`,
  },
  {
    kind: 'reset-in-message',
    bug: 'saves what it received before an error',
    server: LINES,
    find: `'error', () => { text = ''; }`,
    put: `'error', () => { if (text !== '') save(text); }`,
    operations: UPLOAD,
  },
  {
    kind: 'end-in-message',
    bug: 'takes the end of the stream for the end of a line',
    server: LINES,
    find: `'end', () => { text = ''; }`,
    put: `'end', () => { if (text !== '') save(text); }`,
    operations: UPLOAD,
  },
  {
    kind: 'connect-refused',
    bug: 'takes a refused connection for the death of its peer',
    server: `${PEERS}
      const takeOver = () => setTimeout(() => {
        if (beatsArrive()) throw new Error('took over from a peer that lives');
      }, 1500);
      setInterval(() => {
        const socket = net.connect(3000, peer, () => socket.destroy());
        socket.on('error', () => { if (!beatsArrive()) takeOver(); });
      }, 500);`,
    find: 'if (!beatsArrive()) takeOver();',
    put: 'const before = lastBeat; setTimeout(() => { if (lastBeat > before && Date.now() - before < 600) takeOver(); }, 500);',
    operations: IDLE,
  },
  {
    kind: 'connect-unanswered',
    bug: 'waits for a connection without a time limit',
    // The standing connection works in the other direction.
    alsoFoundBy: ['partition-one-way'],
    server: `${PEERS}
      setInterval(() => {
        let isDone = false;
        const socket = net.connect(3000, peer, () => socket.destroy());
        setTimeout(() => socket.destroy(), 400);
        socket.on('error', () => undefined).on('close', () => { isDone = true; });
        setTimeout(() => {
          if (!isDone && beatsArrive()) throw new Error('waits for a peer that lives');
        }, 800);
      }, 500);`,
    find: 'setTimeout(() => socket.destroy(), 400);',
    put: '',
    operations: IDLE,
  },
  {
    kind: 'late-listen',
    // Each message is one byte, so that no segmentation splits it.
    bug: 'confirms that it will call back, and tries once',
    settleMs: 5000,
    server: `
      import net from 'node:net';
      const peer = process.env.NODE_NAME === 'node-1' ? 'node-2' : 'node-1';
      let wasCalled = false;
      const callBack = (onDone) => {
        const socket = net.connect(3000, peer, () => { socket.end('b'); onDone(); });
        socket.on('error', () => setTimeout(callBack, 300, onDone)).resume();
      };
      const announce = () => {
        let isConfirmed = false;
        const socket = net.connect(3000, peer, () => socket.write('t'));
        socket.on('data', () => { isConfirmed = true; }).on('error', () => undefined);
        socket.on('close', () => { if (!isConfirmed) setTimeout(announce, 300); });
      };
      net.createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (data) => {
          if (String(data) === 't') callBack(() => socket.end('confirmed'));
          else wasCalled = true;
        });
      }).listen(3000);
      announce();
      setTimeout(() => {
        if (!wasCalled) throw new Error('nothing called back');
      }, 4500);`,
    find: `callBack(() => socket.end('confirmed'));`,
    put: `{ socket.end('confirmed'); net.connect(3000, peer, function () { this.end('b'); }).on('error', () => undefined); }`,
    operations: IDLE,
  },
];
