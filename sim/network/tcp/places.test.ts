/** Places in messages are the same part of a message, whatever the length of its HTTP head. */
import { expect, test } from 'vitest';
import { headBytesOf, offsetAt } from './places.ts';
import { MODES, segmentationPoints } from './segmentation.ts';

/** Two versions of Node write the same response with different heads. */
const SHORT = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
const LONG = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nKeep-Alive: timeout=5\r\n\r\nhello');
const headOf = (bytes: Buffer): number => bytes.length - 'hello'.length;

test('finds the end of a head of HTTP, and none in other bytes', () => {
  expect([SHORT, LONG].map(headBytesOf)).toEqual([headOf(SHORT), headOf(LONG)]);
  expect(headBytesOf(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))).toBe(27);
  expect(headBytesOf(Buffer.from('GET / HTTP/1.1\r\nHost'))).toBe(0);
  expect(headBytesOf(Buffer.from([0x81, 5, ...Buffer.from('a\r\n\r\nb')]))).toBe(0);
});

test('a fraction leads to the same part of a message on each version', () => {
  for (let fraction = 0; fraction < 1; fraction += 1 / 512) {
    const places = [SHORT, LONG].map((bytes) => {
      const offset = offsetAt({ start: 0, end: bytes.length }, headBytesOf(bytes), fraction);
      expect(offset).toBeLessThan(bytes.length);
      // The head is complete with its last byte.
      return offset < headOf(bytes) ? 'head' : offset - headOf(bytes);
    });
    expect(places[0]).toBe(places[1]);
  }
});

test('a range without the end of the head is divided evenly', () => {
  expect(offsetAt({ start: 2, end: 12 }, 20, 0.5)).toBe(7);
  expect(offsetAt({ start: 2, end: 12 }, 0, 0.99)).toBe(11);
});

test('segmentation has the same number of segments on each version, and the same ones of the body', () => {
  for (const mode of MODES) {
    const [short = [], long = []] = [SHORT, LONG].map((bytes) => segmentationPoints(bytes, mode));
    expect(short.length).toBe(long.length);
    expect(short.map((point) => Math.max(-1, point - headOf(SHORT)))).toEqual(
      long.map((point) => Math.max(-1, point - headOf(LONG))),
    );
    for (const points of [short, long]) expect(points).toEqual([...points].sort((a, b) => a - b));
  }
});

test('segmentation splits small messages at each byte, and frames behind their header', () => {
  const masked = Buffer.concat([Buffer.from([0x81, 0x85, 1, 2, 3, 4]), Buffer.from('hello')]);
  expect(segmentationPoints(masked, 'head')).toEqual([6]);
  expect(segmentationPoints(Buffer.from([0x81, 126, 1, 0, ...Buffer.alloc(256)]), 'head')).toEqual([4]);
  expect(segmentationPoints(Buffer.from('abcd'), 'bytes')).toEqual([1, 2, 3]);
  expect(segmentationPoints(SHORT, 'head')).toEqual([headOf(SHORT)]);
  expect(segmentationPoints(Buffer.from('a'), 'pieces')).toEqual([]);
});
