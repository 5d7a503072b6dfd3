import { expect, test } from 'vitest';
import { ProgressLine } from './progress-line.ts';

function recorder(stream: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  let nowMs = 1000;
  const progress = new ProgressLine({ ...stream, write: (text: string) => written.push(text) }, () => nowMs);
  const after = (ms: number, text: string) => {
    nowMs += ms;
    progress.show(() => text);
  };
  return { written, progress, after };
}

test('on a terminal one line is overwritten and is never wider than the terminal', () => {
  const { written, progress, after } = recorder({ isTTY: true, columns: 6 });
  after(0, 'first line');
  after(50, 'too early');
  after(60, 'next');
  progress.clear();
  progress.clear();
  after(1, 'back');
  expect(written).toEqual(['\r\x1b[2Kfirst', '\r\x1b[2Knext', '\r\x1b[2K', '\r\x1b[2Kback']);
});

test('elsewhere a line is written every 30 s', () => {
  const { written, progress, after } = recorder({});
  after(29_999, 'too early');
  after(1, 'first');
  after(10_000, 'too early');
  after(20_000, 'second');
  progress.clear();
  expect(written).toEqual(['first\n', 'second\n']);
});
