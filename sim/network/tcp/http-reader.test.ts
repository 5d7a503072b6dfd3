import { expect, test } from 'vitest';
import { bodyOf, HttpReader, type MessageHead } from './http-reader.ts';

/** Reads a text in pieces of `size` bytes. Returns the first lines, and what follows an upgrade. */
function read(text: string, size: number, body: (head: MessageHead) => ReturnType<typeof bodyOf>) {
  const lines: string[] = [];
  let rest = '';
  const reader = new HttpReader(
    (head) => {
      lines.push(head.line);
      return body(head);
    },
    (bytes) => (rest += bytes.toString('latin1')),
  );
  const bytes = Buffer.from(text, 'latin1');
  for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
  return { lines, rest };
}

const ofRequest = ({ headers }: MessageHead) => bodyOf(headers, 0);

test.each([1, 2, 7, 1000])('finds every head behind bodies of any kind, in pieces of %i bytes', (size) => {
  const text = [
    'POST /a HTTP/1.1\r\nContent-Length: 20\r\n\r\nGET /not HTTP/1.1\r\n\r',
    'POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n',
    'GET /c HTTP/1.1\r\nHost: x\r\n\r\n',
    '\r\nGET /d HTTP/1.1\r\n\r\n',
  ].join('');
  expect(read(text, size, ofRequest).lines).toEqual([
    'POST /a HTTP/1.1',
    'POST /b HTTP/1.1',
    'GET /c HTTP/1.1',
    'GET /d HTTP/1.1',
  ]);
});

test.each([1, 5, 1000])('hands over what follows an upgrade, in pieces of %i bytes', (size) => {
  const { lines, rest } = read(
    'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\nframes\r\n\r\nmore',
    size,
    () => 'upgraded',
  );
  expect([lines, rest]).toEqual([['GET / HTTP/1.1'], 'frames\r\n\r\nmore']);
});

test('reads nothing behind a body that ends with its stream, a chunk that it cannot read, or an endless head', () => {
  expect(read('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 9, () => 'rest').lines).toHaveLength(1);
  expect(read('A B C\r\n\r\nzz\r\n\r\nA B C\r\n\r\n', 9, () => 'chunked').lines).toHaveLength(1);
  expect(read(`${'x'.repeat(70_000)}\r\n\r\nGET / HTTP/1.1\r\n\r\n`, 1000, ofRequest).lines).toEqual([]);
});

test('names headers in lower case, and keeps the last of several', () => {
  let found: MessageHead['headers'] = new Map();
  read('GET / HTTP/1.1\r\nX-A: 1\r\nx-a: 2 \r\nHost:y\r\n\r\n', 4, (head) => {
    found = head.headers;
    return 0;
  });
  expect(Object.fromEntries(found)).toEqual({ 'x-a': '2', host: 'y' });
});
