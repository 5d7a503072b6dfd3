import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { WrittenOutput } from './written-output.ts';

function watched() {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const heard: string[] = [];
  const written = new WrittenOutput({ stdout, stderr }, () => heard.push('lost'));
  written.whenGone(() => heard.push('stop'));
  const fail = (stream: PassThrough, code: string) => stream.emit('error', Object.assign(new Error(code), { code }));
  const said = () => String(stderr.read() ?? '');
  return { stdout, stderr, heard, written, fail, said };
}

test('a reader who went away stops it without a word', () => {
  const { stdout, heard, written, fail, said } = watched();
  fail(stdout, 'EPIPE');
  expect([heard, written.isLost, said()]).toEqual([['stop'], false, '']);
});

test.each(['ENOSPC', 'EIO'])('%s stops it and is said once', (code) => {
  const { stdout, heard, written, fail, said } = watched();
  fail(stdout, code);
  fail(stdout, code);
  expect([heard, written.isLost]).toEqual([['stop', 'lost', 'stop'], true]);
  expect(said()).toBe(`seedstorm: the output could not be written (${code}): it is not whole\n`);
});

test('what stderr can not take can not be said', () => {
  const { stderr, heard, written, fail, said } = watched();
  fail(stderr, 'ENOSPC');
  expect([heard, written.isLost, said()]).toEqual([['stop', 'lost'], true, '']);
});
