/**
 * The contract of `node:zlib`: bytes, the order of events, and errors. Node 26 writes one more byte
 * in `zstdCompress`, so the length of its result is left out.
 */
import type { NetEntry } from './entry.ts';

/** `text(length)` is a text that shrinks to about two fifths. */
const TEXT = `
const zlib = require('node:zlib');
function text(length) {
  let state = 7, made = '';
  while (made.length < length) { state = (state * 1103515245 + 12345) % 2147483648; made += 'w' + (state >>> 16) + ' the '; }
  return made.slice(0, length);
}
const names = ['Deflate', 'Gzip', 'DeflateRaw', 'BrotliCompress', 'ZstdCompress'].filter((name) => name in zlib);
const back = { Deflate: 'Inflate', Gzip: 'Gunzip', DeflateRaw: 'InflateRaw', BrotliCompress: 'BrotliDecompress', ZstdCompress: 'ZstdDecompress' };
`;

const entry = ([title, text]: NetEntry): NetEntry => [title, TEXT + text];

export const ZLIB: readonly NetEntry[] = (
  [
    [
      'each stream compresses, and its counterpart restores',
      `for (const name of names) {
         const compress = watch(name, zlib['create' + name](), 'finish', 'end', 'close', 'error');
         const restore = watch(back[name], zlib['create' + back[name]](), 'finish', 'end', 'close', 'error');
         const parts = [];
         compress.on('data', (part) => parts.push(part));
         compress.on('end', () => say(name, 'bytes', Buffer.concat(parts).toString('base64').length, compress.bytesWritten,
           Buffer.concat(parts).equals(zlib[name[0].toLowerCase() + name.slice(1) + 'Sync'](text(200000)))));
         let restored = '';
         restore.on('data', (part) => (restored += part));
         restore.on('end', () => say(back[name], restored === text(200000), restore.bytesWritten === compress.bytesRead));
         compress.pipe(restore);
         compress.end(text(200000));
       }`,
    ],
    [
      'functions with a callback, and their promises',
      `const { promisify } = require('node:util');
       for (const name of names) {
         const [deflate, inflate] = [name, back[name]].map((it) => zlib[it[0].toLowerCase() + it.slice(1)]);
         deflate(text(50000), (error, bytes) => {
           say(name, error, name === 'ZstdCompress' || bytes.length);
           inflate(bytes, { maxOutputLength: 100 }, (error) => say(name, error));
           inflate(bytes, { info: true }, (error, { buffer, engine }) => say(name, error, String(buffer) === text(50000), name === 'ZstdCompress' || engine.bytesWritten));
         });
         promisify(inflate)(Buffer.from('nothing of the kind')).catch((error) => say(name + ' broken', error.code, error.errno, error.message));
         promisify(deflate)(new Uint16Array([1, 2, 3])).then(promisify(inflate)).then((bytes) => say(name + ' view', [...bytes]));
       }
       zlib.unzip(zlib.gzipSync('a'), (error, bytes) => say('unzip', error, bytes));
       attempt('arguments', () => zlib.gzip('a'));
       attempt('arguments', () => zlib.gzip('a', {}));
       attempt('arguments', () => zlib.gzip('a', { level: 99 }, () => undefined));
       attempt('arguments', () => zlib.createGzip({ level: 99 }));`,
    ],
    [
      'nothing is written within the call, and ticks come before the result',
      `const gzip = zlib.createGzip();
       gzip.on('data', () => say('order', 'data')).on('end', () => say('order', 'end')).on('finish', () => say('order', 'finish'));
       gzip.write('a', () => say('order', 'written'));
       gzip.flush(() => say('order', 'flushed'));
       process.nextTick(() => say('order', 'tick'));
       Promise.resolve().then(() => say('order', 'microtask'));
       say('order', 'called', gzip.writableLength);
       gzip.write('b', () => gzip.end('c'));`,
    ],
    [
      'flush, params, reset and close, as permessage-deflate uses them',
      `const deflate = watch('deflate', zlib.createDeflateRaw({ windowBits: 15 }), 'error', 'close');
       const inflate = watch('inflate', zlib.createInflateRaw(), 'error', 'close');
       let sent = [];
       let received = '';
       deflate.on('data', (part) => sent.push(part));
       inflate.on('data', (part) => (received += part));
       const message = (content, done) => {
         deflate.write(content);
         deflate.flush(zlib.constants.Z_SYNC_FLUSH, () => {
           const bytes = Buffer.concat(sent);
           sent = [];
           inflate.write(bytes.subarray(0, -4));
           inflate.write(Buffer.from([0, 0, 255, 255]));
           inflate.flush(() => { say('inflate', received.length, received.slice(0, 9), bytes.length); received = ''; done(); });
         });
       };
       message(text(3000), () => message(text(3000), () => {
         deflate.params(9, zlib.constants.Z_DEFAULT_STRATEGY, (error) => {
           say('deflate', 'params', error);
           deflate.reset();
           inflate.reset();
           message(text(70000), () => { inflate.write('broken bytes'); deflate.close(() => say('deflate', 'closed')); });
         });
       }));`,
    ],
    [
      'a stream that is destroyed while it works, or written to afterwards',
      `for (const how of ['close', 'destroy', 'fail']) {
         const gzip = watch(how, zlib.createGzip(), 'data', 'end', 'finish', 'error', 'close');
         gzip.write(text(100000), (error) => say(how, 'written', error));
         if (how === 'close') gzip.close(() => say(how, 'closed'));
         else gzip.destroy(how === 'fail' ? new Error('own') : undefined);
         gzip.write('b', (error) => say(how, 'again', error));
         gzip.flush(() => say(how, 'flushed'));
         say(how, gzip.destroyed, gzip._closed);
       }
       const late = watch('late', zlib.createGunzip(), 'end', 'error', 'close');
       late.on('data', () => late.destroy());
       late.end(zlib.gzipSync(text(100000)));`,
    ],
    [
      'a reader that pauses gets everything',
      `const gunzip = watch('reader', zlib.createGunzip({ chunkSize: 1024 }), 'end', 'close', 'error');
       let received = '';
       gunzip.on('data', (part) => { received += part; gunzip.pause(); setTimeout(() => gunzip.resume(), 1); });
       gunzip.on('end', () => say('reader', received === text(30000)));
       gunzip.end(zlib.gzipSync(text(30000)));
       (async () => {
         let length = 0;
         for await (const part of require('node:stream').Readable.from([zlib.gzipSync(text(80000))]).pipe(zlib.createGunzip())) length += part.length;
         say('iterator', length);
       })();`,
    ],
    [
      'ends of streams: truncated, with trailing bytes, of two members',
      `const bytes = zlib.gzipSync(text(5000));
       for (const [name, input] of [['truncated', bytes.subarray(0, -9)], ['trailing', Buffer.concat([bytes, Buffer.from('zz')])], ['twice', Buffer.concat([bytes, bytes])], ['empty', Buffer.alloc(0)]]) {
         zlib.gunzip(input, (error, result) => say(name, error && [error.code, error.errno, error.message], result?.length));
         const stream = watch(name + ' stream', zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }), 'end', 'error', 'close');
         let length = 0;
         stream.on('data', (part) => (length += part.length)).on('end', () => say(name + ' stream', length));
         for (const byte of input) stream.write(Buffer.from([byte]));
         stream.end();
       }`,
    ],
    [
      'streams of the web compress, restore, and refuse',
      `(async () => {
         const { CompressionStream: Own, DecompressionStream: Back } = require('node:stream/web');
         say('class', Own.name, String(new Own('gzip')));
         for (const format of ['gzip', 'deflate', 'deflate-raw']) {
           const packed = await new Response(new Response(text(90000)).body.pipeThrough(new Own(format))).arrayBuffer();
           const restored = await new Response(new Response(packed).body.pipeThrough(new Back(format))).text();
           say(format, packed.byteLength < 45000, restored === text(90000));
         }
         const writer = new Back('gzip').writable.getWriter();
         say('broken', await writer.write(Buffer.from('nothing of the kind')).then(() => writer.close()).catch((error) => error instanceof Error));
         try { new Own('zip'); } catch (error) { say('format', error.name, error.code); }
       })();`,
    ],
    [
      'a stream that inherits by util.inherits',
      `function Old(options) { zlib.Gzip.call(this, options); }
       require('node:util').inherits(Old, zlib.Gzip);
       const old = new Old({ level: 9 });
       say('old', old instanceof zlib.Gzip);
       old.pipe(zlib.createGunzip()).on('data', (part) => say('old', part)).on('end', () => say('old', 'end'));
       old.end('a text to be compressed');`,
    ],
    [
      'a response that is compressed while it is written',
      `web({}, async (request, response) => {
         response.setHeader('content-encoding', 'gzip');
         const gzip = zlib.createGzip();
         gzip.pipe(response);
         gzip.write(text(100));
         gzip.flush();
         await new Promise((resolve) => setTimeout(resolve, 20));
         gzip.end(text(100000));
       }, (port) => http.get({ port, agent: false }, (response) => {
         say('client', response.headers);
         let received = '';
         response.pipe(zlib.createGunzip()).on('data', (part) => {
           if (received === '') say('client', 'first', part.length);
           received += part;
         }).on('end', () => say('client', received === text(100) + text(100000)));
       }));`,
    ],
  ] satisfies readonly NetEntry[]
).map(entry);
