import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { WrittenOutput } from './written-output.ts';

function watched() {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const calls: string[] = [];
  const written = new WrittenOutput({ stdout, stderr }, () => calls.push('lost'));
  written.onError(() => calls.push('stop'));
  const fail = (stream: PassThrough, code: string) => stream.emit('error', Object.assign(new Error(code), { code }));
  const message = () => String(stderr.read() ?? '');
  return { stdout, stderr, calls, written, fail, message };
}

test('a reader that closes the pipe stops the command without a message', () => {
  const { stdout, calls, written, fail, message } = watched();
  fail(stdout, 'EPIPE');
  expect({ calls, isLost: written.isLost, message: message() }).toEqual({
    calls: ['stop'],
    isLost: false,
    message: '',
  });
});

test.each(['ENOSPC', 'EIO'])('%s stops the command and is reported once', (code) => {
  const { stdout, calls, written, fail, message } = watched();
  fail(stdout, code);
  fail(stdout, code);
  expect({ calls, isLost: written.isLost }).toEqual({ calls: ['stop', 'lost', 'stop'], isLost: true });
  expect(message()).toBe(`seedstorm: can't write the output (${code}): it is incomplete\n`);
});

test('an error of stderr is not reported on stderr', () => {
  const { stderr, calls, written, fail, message } = watched();
  fail(stderr, 'ENOSPC');
  expect({ calls, isLost: written.isLost, message: message() }).toEqual({
    calls: ['stop', 'lost'],
    isLost: true,
    message: '',
  });
});
