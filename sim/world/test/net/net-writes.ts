/** The contract of `node:net`: writing. */
import type { NetEntry } from './entry.ts';

/** Reads everything at the server. */
const TO_READER = (act: string): string => `
  serve({}, (socket) => watch('server', socket, 'data', 'end', 'error', 'close'), (port) => {
    const client = net.connect(port, '127.0.0.1', () => { ${act} });
  });`;

export const NET_WRITES: readonly NetEntry[] = [
  [
    'writes take texts with encodings, and bytes',
    TO_READER(`
      for (const encoding of ['utf8', 'latin1', 'hex', 'base64', 'base64url', 'ucs2', 'utf16le', 'ascii', 'binary'])
        client.write('e4f6', encoding);
      client.write('\\u00e4\\u20ac');
      client.write(Buffer.from('buffer'));
      client.write(new Uint8Array([65, 66]));
      client.write('', () => client.end('\\u00e4', 'latin1'));
      say('client', 'written', client.bytesWritten, client.writableLength);`),
  ],
  [
    'writes refuse other values',
    TO_READER(`
      for (const value of [1, null, undefined, {}, [], true]) attempt('client', () => client.write(value));
      attempt('client', () => client.write('x', 'no encoding'));
      attempt('client', () => client.setDefaultEncoding('no encoding'));
      attempt('client', () => client.setDefaultEncoding('hex') === client);
      client.end('61');`),
  ],
  [
    'corked writes leave as one',
    TO_READER(`
      client.cork();
      client.write('a');
      client.cork();
      client.write(Buffer.from('b'), () => say('client', 'b written'));
      client.write('63', 'hex', () => say('client', 'c written'));
      say('client', 'corked', client.writableCorked, client.writableLength, client.bytesWritten);
      client.uncork();
      say('client', 'once', client.writableCorked, client.writableLength);
      client.uncork();
      say('client', 'uncorked', client.writableCorked, client.writableLength, client.bytesWritten);
      client.cork();
      client.write(Buffer.from('d'));
      client.write(Buffer.from('e'));
      process.nextTick(() => { client.uncork(); client.end(); });`),
  ],
  [
    'callbacks of writes come in order',
    TO_READER(`
      say('client', 'a', client.write('a', () => say('client', 'a written')));
      say('client', 'b', client.write('b', 'latin1', (error) => say('client', 'b written', error)));
      setImmediate(() => {
        client.write('c', () => { say('client', 'c written'); client.end(() => say('client', 'ended')); });
      });`),
  ],
  [
    'write returns false while the reader is paused, and drain follows',
    `const SIZE = 16 << 20;
     serve({}, (socket) => {
       let read = 0;
       socket.on('data', (data) => { read += data.length; }).pause();
       setTimeout(() => { say('server', 'paused', socket.isPaused(), read); socket.resume(); }, 300);
       socket.on('end', () => say('server', 'read', read === SIZE, socket.bytesRead === SIZE));
     }, (port) => {
       const client = net.connect(port, '127.0.0.1', () => {
         say('client', 'write', client.write(Buffer.alloc(SIZE)), client.writableNeedDrain);
         say('client', 'waits', client.writableLength === SIZE, client.bufferSize === SIZE, client.bytesWritten === SIZE);
         client.once('drain', () => {
           say('client', 'drain', client.writableLength, client.writableNeedDrain, client.bufferSize);
           client.end();
         });
       });
     });`,
  ],
  [
    'writes of one turn fill the buffer too',
    `const CHUNK = Buffer.alloc(1 << 16, 'x');
     let written = 0;
     serve({}, (socket) => {
       let read = 0;
       socket.on('data', (data) => { read += data.length; });
       socket.on('end', () => say('server', 'read all', read === written));
     }, (port) => {
       const client = net.connect(port, '127.0.0.1', () => {
         let callbacks = 0;
         while (client.writableLength === 0 && written < 1 << 28) {
           client.write(CHUNK, () => { callbacks += 1; });
           written += CHUNK.length;
         }
         say('client', 'waits', client.writableLength > 0, client.writableNeedDrain, written < 1 << 28);
         client.once('drain', () => {
           say('client', 'drain', client.writableLength, callbacks === written / CHUNK.length);
           client.end();
         });
       });
     });`,
  ],
  [
    'a full buffer delays the end',
    `const SIZE = 16 << 20;
     serve({}, (socket) => {
       let read = 0;
       socket.on('end', () => say('server', 'end', read === SIZE));
       setTimeout(() => socket.on('data', (data) => { read += data.length; }), 600);
     }, (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), 'finish', 'close');
       client.resume().end(Buffer.alloc(SIZE));
       setTimeout(() => say('client', 'waits', client.writableFinished, client.writableEnded), 300);
     });`,
  ],
  [
    'small writes that the system takes need no drain',
    TO_READER(`
      say('client', 'small', client.write('x'), client.writableNeedDrain, client.writableLength);
      client.on('drain', () => say('client', 'drain'));
      client.end();`),
  ],
  [
    'high water marks, and highWaterMark as an option of the client',
    `serve({}, (socket) => { socket.resume(); }, (port) => {
       const client = net.connect({ port, host: '127.0.0.1', highWaterMark: 10, writableHighWaterMark: 4 }, () => {
         say('client', 'marks', client.writableHighWaterMark, client.readableHighWaterMark, client.writableObjectMode);
         client.on('drain', () => { say('client', 'drain', client.writableLength); client.end(); });
         client.cork();
         say('client', 'write', client.write('0123'), client.writableNeedDrain, client.write('456789abcdef'), client.writableNeedDrain);
         client.uncork();
       }).resume();
     });`,
  ],
  [
    'bytesWritten counts what waits and what left',
    `serve({}, (socket) => socket.resume(), (port) => {
       const client = net.connect(port, '127.0.0.1');
       client.write('four');
       client.write('\\u00e4', 'utf8');
       client.write('ff', 'hex');
       say('client', 'before', client.bytesWritten);
       client.on('connect', () => {
         say('client', 'connect', client.bytesWritten);
         client.end('xy', () => say('client', 'after', client.bytesWritten, client.bytesRead));
       });
     });`,
  ],
  [
    'setNoDelay and setKeepAlive return the socket',
    TO_READER(`
      say('client', 'results', client.setNoDelay() === client, client.setNoDelay(false) === client,
        client.setKeepAlive(true, 1000) === client, client.setKeepAlive() === client);
      attempt('client', () => net.Socket.prototype.setNoDelay.call(new net.Socket(), true) instanceof net.Socket);
      attempt('client', () => (client.setTypeOfService ? 'has' : 'none'));
      client.end();`),
  ],
  [
    'a stream is piped into a socket and out of it',
    `const { Readable, Writable, pipeline, finished } = require('node:stream');
     serve({}, (socket) => {
       socket.on('pipe', (from) => say('server', 'pipe', from === socket)).on('unpipe', () => say('server', 'unpipe'));
       socket.pipe(socket);
       finished(socket, (error) => say('server', 'finished', error));
     }, (port) => {
       const client = net.connect(port, '127.0.0.1');
       let echoed = '';
       const sink = new Writable({ write(chunk, encoding, done) { echoed += chunk; done(); } });
       pipeline(Readable.from(['one ', 'two ', 'three']), client, sink, (error) => say('client', 'pipeline', error, echoed));
     });`,
  ],
  [
    'unpipe ends the flow, and the socket is not ended with end: false',
    `const { PassThrough } = require('node:stream');
     serve({}, (socket) => watch('server', socket, 'data', 'end'), (port) => {
       const client = net.connect(port, '127.0.0.1');
       const source = new PassThrough();
       say('client', 'pipe', source.pipe(client, { end: false }) === client);
       source.write('piped');
       setTimeout(() => {
         source.unpipe(client);
         source.end('not piped');
         client.end(' and end');
       }, 300);
     });`,
  ],
  [
    'a pipeline fails when its socket is reset',
    `const { PassThrough, pipeline } = require('node:stream');
     serve({}, (socket) => setTimeout(() => socket.resetAndDestroy(), 300), (port) => {
       const source = new PassThrough();
       pipeline(source, net.connect(port, '127.0.0.1').resume(), (error) => say('client', 'pipeline', error, source.destroyed));
       source.write('x');
     });`,
  ],
  [
    'a socket is composed, and made a web stream',
    `serve({}, (socket) => watch('server', socket, 'data', 'end').end('answer'), (port) => {
       const client = net.connect(port, '127.0.0.1');
       const { readable, writable } = net.Socket.toWeb(client);
       const writer = writable.getWriter();
       (async () => {
         await writer.write(Buffer.from('from the web'));
         let text = '';
         for await (const chunk of readable) text += Buffer.from(chunk).toString();
         say('client', 'read', text);
         await writer.close();
       })().catch((error) => say('client', 'failed', error));
     });`,
  ],
];
