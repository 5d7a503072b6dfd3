import { expect, test } from 'vitest';
import { signalListener } from './signals.ts';
import { ManualClock } from './test/manual-clock.ts';

function listener() {
  const clock = new ManualClock();
  const events: (string | number)[] = [];
  const receive = signalListener({
    clock,
    stop: (signal) => events.push(signal),
    exit: (code) => events.push(code),
  });
  return { clock, events, receive };
}

test('the first signal stops the process, and SIGTERM changes nothing after that', async () => {
  const { clock, events, receive } = listener();
  for (let count = 0; count < 3; count += 1) {
    receive('SIGTERM');
    await clock.advance(1000);
  }
  expect(events).toEqual(['SIGTERM']);
});

test('a second SIGINT exits with 130, also after a SIGTERM', async () => {
  const { clock, events, receive } = listener();
  receive('SIGTERM');
  receive('SIGINT');
  await clock.advance(501);
  receive('SIGINT');
  expect(events).toEqual(['SIGTERM', 130]);
});

test('one Ctrl-C that arrives twice is one SIGINT', async () => {
  const { clock, events, receive } = listener();
  receive('SIGINT');
  await clock.advance(500);
  receive('SIGINT');
  expect(events).toEqual(['SIGINT']);
});
