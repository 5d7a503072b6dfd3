/** The contract of `node:net`: reading. */
import type { NetEntry } from './entry.ts';

/** Sends a text from the server and ends. */
const FROM_WRITER = (act: string, options = '{}'): string => `
  serve(${options}, (socket) => socket.resume().on('error', () => undefined).end('hello w\\u00f6rld'), (port) => {
    const client = net.connect(port, '127.0.0.1');
    ${act}
  });`;

export const NET_READS: readonly NetEntry[] = [
  [
    'data comes as buffers',
    FROM_WRITER(`client.once('data', (data) => say('client', 'data', Buffer.isBuffer(data)));
     watch('client', client, 'end', 'close').on('close', () => say('client', 'read', client.bytesRead));`),
  ],
  [
    'setEncoding makes texts, also of a character that is split',
    `serve({}, (socket) => {
       socket.write(Buffer.from([0xe2, 0x82]));
       setTimeout(() => socket.end(Buffer.from([0xac])), 300);
       socket.resume();
     }, (port) => {
       const client = net.connect(port, '127.0.0.1');
       say('client', 'before', client.readableEncoding, client.setEncoding('utf8') === client, client.readableEncoding);
       watch('client', client, 'data', 'end').on('data', (data) => say('type', typeof data));
       attempt('invalid', () => client.setEncoding('x'));
     });`,
  ],
  [
    'pause and resume',
    FROM_WRITER(`
      client.on('pause', () => say('client', 'pause')).on('resume', () => say('client', 'resume'));
      client.on('data', (data) => heard('client', data));
      say('client', 'flowing', client.readableFlowing, client.isPaused());
      say('client', 'paused', client.pause() === client, client.isPaused(), client.readableFlowing);
      setTimeout(() => { say('client', 'later', client.readableLength >= 0, client.resume() === client, client.isPaused()); }, 300);
      client.on('end', () => say('client', 'end', client.readableFlowing));`),
  ],
  [
    'unshift puts data back',
    FROM_WRITER(`
      let isFirst = true;
      client.on('data', (data) => {
        if (isFirst) { isFirst = false; client.pause(); client.unshift(data.subarray(0)); setTimeout(() => client.resume(), 300); return; }
        heard('client', data);
      });
      client.on('end', () => { say('client', 'end'); attempt('client', () => client.unshift('late')); });
      client.on('error', (error) => say('client', error));`),
  ],
  [
    'readable and read',
    FROM_WRITER(`
      let text = '';
      client.on('readable', () => {
        for (let chunk = client.read(3); chunk !== null; chunk = client.read(3)) text += '|' + chunk.length;
        const rest = client.readableLength > 0 && client.readableLength < 3 && client.readableEnded ? client.read() : null;
        if (rest) text += '|' + rest.length;
      });
      client.on('end', () => say('client', 'end', text, client.read(), client.readableLength, client.readableObjectMode));`),
  ],
  [
    'read without a size takes everything',
    FROM_WRITER(`
      let text = '';
      client.setEncoding('latin1').on('readable', () => {
        let chunk;
        while ((chunk = client.read()) !== null) text += chunk;
      });
      client.on('end', () => say('client', 'end', text, client.readableAborted));`),
  ],
  [
    'a socket is iterated',
    FROM_WRITER(`
      (async () => {
        let text = '';
        for await (const chunk of client) text += chunk;
        say('client', 'iterated', text, client.destroyed);
      })();`),
  ],
  [
    'leaving an iteration destroys the socket',
    FROM_WRITER(`
      watch('client', client, 'error', 'close');
      (async () => {
        for await (const chunk of client) { say('client', 'chunk', chunk.length > 0); break; }
        say('client', 'left', client.destroyed);
      })();`),
  ],
  [
    'an iteration fails when the connection is reset',
    `serve({}, (socket) => { socket.write('x'); setTimeout(() => socket.resetAndDestroy(), 300); }, (port) => {
       (async () => {
         let text = '';
         try {
           for await (const chunk of net.connect(port, '127.0.0.1')) text += chunk;
         } catch (error) { say('client', 'failed', text, error); }
       })();
     });`,
  ],
  [
    'iterator helpers of a socket',
    FROM_WRITER(`
      client.setEncoding('latin1').map((text) => text.toUpperCase()).toArray().then((parts) => say('client', 'mapped', parts.join('')));`),
  ],
  [
    'toArray, reduce, forEach and more read the whole socket',
    `const texts = {
       toArray: (client) => client.toArray().then((parts) => parts.join('')),
       reduce: (client) => client.reduce((text, part) => text + part, ''),
       forEach: async (client) => { let text = ''; await client.forEach((part) => { text += part; }); return text; },
       some: (client) => client.some((part) => part === 'no'),
       every: (client) => client.every((part) => part.length > 0),
       find: (client) => client.find((part) => part === 'no'),
       filter: (client) => client.filter(() => false).toArray(),
       flatMap: async (client) => (await client.flatMap((part) => [...part]).toArray()).join(''),
       drop: (client) => client.drop(100).toArray(),
       take: async (client) => (await client.take(100).toArray()).join(''),
       iterator: async (client) => { let text = ''; for await (const part of client.iterator()) text += part; return text; },
     };
     const server = net.createServer((socket) => socket.resume().end('abc')).listen(0, '127.0.0.1', async () => {
       for (const [name, read] of Object.entries(texts)) {
         const client = net.connect(server.address().port, '127.0.0.1').setEncoding('utf8');
         say('client', name, await read(client));
       }
       server.close();
     });`,
  ],
  [
    'onread reads into a buffer of the caller',
    `serve({}, (socket) => socket.resume().end('0123456789'), (port) => {
       let text = '';
       const buffer = Buffer.alloc(4);
       const client = net.connect({ port, host: '127.0.0.1', onread: {
         buffer,
         callback(size, read) { text += read.toString('latin1', 0, size); say('same', read === buffer || read.buffer === buffer.buffer); return true; },
       } });
       watch('client', client, 'data', 'end', 'close').on('end', () => {
         groups.set('same', [...new Set(groups.get('same'))]);
         say('client', 'read', text, client.bytesRead);
       });
     });`,
  ],
  [
    'onread pauses when its callback returns false',
    `serve({}, (socket) => socket.resume().end('0123456789'), (port) => {
       let calls = 0;
       let text = '';
       const client = net.connect({ port, host: '127.0.0.1', onread: {
         buffer: () => Buffer.alloc(5),
         callback(size, read) {
           calls += 1;
           text += read.toString('latin1', 0, size);
           if (calls > 1) return true;
           setTimeout(() => client.resume(), 300);
           return false;
         },
       } });
       client.on('end', () => say('client', 'end', text));
     });
     attempt('invalid', () => net.connect({ port: 1, onread: { buffer: 'x', callback: () => {} } }).destroy().destroyed);`,
  ],
  [
    'bytesRead counts unread bytes, too',
    `serve({}, (socket) => socket.write('12345'), (port) => {
       const client = net.connect(port, '127.0.0.1');
       client.once('readable', () => setTimeout(() => {
         say('client', 'unread', client.bytesRead, client.readableLength);
         client.destroy();
         say('client', 'destroyed', client.bytesRead);
         client.on('close', () => say('client', 'closed', client.bytesRead));
       }, 300));
     });`,
  ],
  [
    'a reader that stops is paused, and nothing is lost',
    `serve({}, (socket) => {
       let sent = 0;
       const send = () => { while (sent < 64) { sent += 1; if (!socket.write(Buffer.alloc(16384, sent))) return; } socket.end(); };
       socket.on('drain', send).resume();
       send();
     }, (port) => {
       const client = net.connect(port, '127.0.0.1');
       let sum = 0;
       let count = 0;
       client.on('data', (data) => {
         for (const value of data) sum += value;
         count += data.length;
         client.pause();
         setTimeout(() => client.resume(), 1);
       });
       client.on('end', () => say('client', 'end', count, sum));
     });`,
  ],
];
