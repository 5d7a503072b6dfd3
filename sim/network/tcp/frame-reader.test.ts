import { Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { FrameReader, type ReadFrame } from './frame-reader.ts';

/** The part of the sender of `ws` that is used here. Its types leave it out. */
interface Sender {
  send(data: Buffer, options: object): void;
  ping(data: string, mask: boolean, done: () => void): void;
  pong(data: string, mask: boolean, done: () => void): void;
  close(code: number, reason: string, mask: boolean, done: () => void): void;
}

const { Sender } = ws as unknown as { Sender: new (socket: Duplex) => Sender };

type Send = (sender: Sender) => void;

/** The bytes that the sender of `ws` writes. */
function bytesOf(act: Send): Buffer {
  const parts: Buffer[] = [];
  const socket = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      done();
    },
  });
  act(new Sender(socket));
  return Buffer.concat(parts);
}

const OPTIONS = { fin: true, compress: false, binary: false, readOnly: false };

/** As a client sends it, and as a server does. */
const send =
  (data: string | Buffer, mask: boolean): Send =>
  (sender) =>
    sender.send(Buffer.from(data), { ...OPTIONS, binary: typeof data !== 'string', mask });

function read(bytes: Buffer, size: number): ReadFrame[] {
  const frames: ReadFrame[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
  return frames;
}

test.each([1, 3, 100_000])('reads what ws writes, in pieces of %i bytes', (size) => {
  const long = 'é'.repeat(40_000);
  const bytes = Buffer.concat([
    bytesOf(send('hello', true)),
    bytesOf(send(long, false)),
    bytesOf(send(Buffer.from([1, 2, 3]), true)),
    bytesOf((sender) => sender.ping('a', true, () => undefined)),
    bytesOf((sender) => sender.pong('b', false, () => undefined)),
    bytesOf((sender) => sender.close(4001, 'bye', true, () => undefined)),
  ]);
  expect(read(bytes, size)).toEqual([
    { kind: 'text', payload: 'hello', code: 0 },
    { kind: 'text', payload: long, code: 0 },
    { kind: 'binary', payload: Buffer.from([1, 2, 3]), code: 0 },
    { kind: 'ping', payload: Buffer.from('a'), code: 0 },
    { kind: 'pong', payload: Buffer.from('b'), code: 0 },
    { kind: 'close', payload: 'bye', code: 4001 },
  ]);
});

test('joins fragments, with a ping between them', () => {
  const fragments = [
    Buffer.from([0x01, 2, 0x68, 0x65]),
    Buffer.from([0x89, 0]),
    Buffer.from([0x00, 1, 0x6c]),
    Buffer.from([0x80, 2, 0x6c, 0x6f]),
    Buffer.from([0x88, 0]),
  ];
  expect(read(Buffer.concat(fragments), 2)).toEqual([
    { kind: 'ping', payload: Buffer.alloc(0), code: 0 },
    { kind: 'text', payload: 'hello', code: 0 },
    { kind: 'close', payload: '', code: 1005 },
  ]);
});

test('counts the bytes of a frame that is not complete', () => {
  const frames: ReadFrame[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  const counts = [0x81, 3, 0x68, 0x69, 0x21, 0x81].map((byte) => {
    reader.push(Buffer.from([byte]));
    return reader.unreadBytes;
  });
  expect(counts).toEqual([1, 2, 3, 4, 0, 1]);
  expect(frames.map(({ payload }) => payload)).toEqual(['hi!']);
});

test('restores compressed messages, which refer to those before them', async () => {
  const deflate = zlib.createDeflateRaw();
  const compressed = (text: string): Promise<Buffer> =>
    new Promise((resolve) => {
      const parts: Buffer[] = [];
      deflate.on('data', (part: Buffer) => parts.push(part));
      deflate.write(text);
      deflate.flush(zlib.constants.Z_SYNC_FLUSH, () => {
        deflate.removeAllListeners('data');
        const bytes = Buffer.concat(parts).subarray(0, -4);
        resolve(Buffer.concat([Buffer.from([0xc1, 126, bytes.length >> 8, bytes.length & 0xff]), bytes]));
      });
    });
  const texts = ['many words', 'many words', `${'many words '.repeat(4000)}!`, 'many words'];
  const frames: Buffer[] = [];
  for (const text of texts) frames.push(await compressed(text));
  frames.splice(1, 0, Buffer.from([0x81, 1, 0x61]));
  expect(frames[2]?.length).toBeLessThan(12);
  const payloads = read(Buffer.concat(frames), 7).map(({ payload }) => payload);
  expect(payloads).toEqual(['many words', 'a', ...texts.slice(1)]);
  expect(read(Buffer.from([0xc1, 2, 0xff, 0xff]), 4)).toEqual([{ kind: 'text', payload: '\ufffd\ufffd', code: 0 }]);
});
