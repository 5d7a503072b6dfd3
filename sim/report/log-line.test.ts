import { expect, test } from 'vitest';
import { logLineText } from './log-line.ts';

test.each([
  [
    'pino',
    '{"level":30,"time":1767225600000,"pid":17,"hostname":"node-1","reqId":"req-1","res":{"statusCode":200},"msg":"request completed"}',
    'info request completed reqId=req-1 res={"statusCode":200}',
  ],
  [
    'pino with an error',
    '{"level":50,"time":1,"err":{"type":"TypeError","message":"gone","stack":"TypeError: gone\\n at x"},"msg":"gone"}',
    'error gone err=TypeError: gone',
  ],
  ['winston', '{"level":"warn","message":"late","ms":12,"timestamp":"2026-01-01"}', 'warn late ms=12'],
  ['a level of its own', '{"level":35,"msg":"notice"}', '35 notice'],
])('the message comes first in a line of %s', (_, line, text) => {
  expect(logLineText(line)).toBe(text);
});

test.each([
  '{"msg":"no level"}',
  '{"level":30,"msg":7}',
  '{"level":30',
  'plain text',
  '[1]',
  '{"level":[1],"msg":"a"}',
])('%s stays as it is', (line) => {
  expect(logLineText(line)).toBe(line);
});
