import { describe, expect, test } from 'vitest';
import { isHeartbeat, packetText, showsEngineIo } from './engine-io.ts';

test.each([
  ['42["chat",{"text":"hi"}]', 'socket.io event chat {"text":"hi"}'],
  ['42["chat"]', 'socket.io event chat'],
  ['420["open","red"]', 'socket.io event open "red" (ack 0)'],
  ['42/admin,12["chat","a","b"]', 'socket.io event chat "a","b" (ack 12) (/admin)'],
  ['42["with \\"quotes\\"",1]', 'socket.io event with \\"quotes\\" 1'],
  ['451-["file",{"_placeholder":true,"num":0}]', 'socket.io event file {"_placeholder":true,"num":0}'],
  ['430[[]]', 'socket.io ack 0 [[]]'],
  ['40', 'socket.io connect'],
  ['40/admin,{"token":"t"}', 'socket.io connect {"token":"t"} (/admin)'],
  ['41', 'socket.io disconnect'],
  ['44{"message":"no"}', 'socket.io refused {"message":"no"}'],
  ['0{"sid":"a"}', 'engine.io open {"sid":"a"}'],
  ['1', 'engine.io close'],
  ['2', 'engine.io ping'],
  ['3probe', 'engine.io pong probe'],
  ['5', 'engine.io upgrade'],
  ['6', 'engine.io noop'],
  ['4hello', 'engine.io message hello'],
  ['42 is the answer', 'engine.io message 2 is the answer'],
  ['7', '7'],
  ['', ''],
  ['hello', 'hello'],
])('%s is shown as %s', (text, shown) => {
  expect(packetText(text)).toBe(shown);
});

describe('a connection speaks engine.io', () => {
  test.each(['0{"sid":"a","upgrades":[]}', '2probe', '3probe'])('after %s', (text) => {
    expect(showsEngineIo(text)).toBe(true);
  });

  test.each(['2', '42["chat"]', '0', '{"sid":"a"}'])('but not after %s, which other protocols may have', (text) => {
    expect(showsEngineIo(text)).toBe(false);
  });
});

test('a probe is not a heartbeat', () => {
  expect(['2', '3', '2probe', '42'].filter(isHeartbeat)).toEqual(['2', '3']);
});
