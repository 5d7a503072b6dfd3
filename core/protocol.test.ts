import { describe, expect, test } from 'vitest';
import { errors } from './errors.ts';
import type { ServerFrame } from './protocol.ts';
import { errorFrame, parseFrame, serialise, serverFrames } from './protocol.ts';
import { GatewayWorld } from './test/gateway-world.ts';

describe('parseFrame', () => {
  test.each([
    { type: 'authenticate', token: 't' },
    { type: 'refresh', id: 1, token: 't' },
    { type: 'subscribe', id: 0, symbols: ['AAPL', 'IBM'], resume: [{ symbol: 'IBM', epoch: 'e', sequence: 0 }] },
    { type: 'unsubscribe', id: Number.MAX_SAFE_INTEGER, symbols: ['AAPL'] },
    { type: 'comment', id: 1, symbol: 'AAPL', text: '' },
    { type: 'ping', id: 1 },
    { type: 'status', id: 1 },
    { type: 'clients', id: 1, after: 7 },
    { type: 'disconnect', id: 1, connection: 'c' },
  ])('understands $type', (frame) => {
    expect(parseFrame(JSON.stringify(frame))).toEqual(frame);
  });

  test('begins with the first page', () => {
    expect(parseFrame('{"type":"clients","id":1}')).toEqual({ type: 'clients', id: 1, after: 0 });
  });

  test.each(['', '{', 'undefined', '{"type":"status"}}', "{'type':'status'}"])('rejects %j as not JSON', (text) => {
    expect(parseFrame(text)).toEqual({ type: 'invalid', isJson: false, id: null });
  });

  test.each([
    ['null', null],
    ['[]', null],
    ['"status"', null],
    ['{}', null],
    ['{"type":"invalid","id":3}', 3],
    ['{"type":"price","id":4,"symbol":"AAPL"}', 4],
    ['{"type":"status"}', null],
    ['{"type":"status","id":-1}', null],
    ['{"type":"status","id":"1"}', null],
    ['{"type":"subscribe","id":1}', 1],
    ['{"type":"subscribe","id":1,"symbols":[]}', 1],
    ['{"type":"subscribe","id":1,"symbols":[1]}', 1],
    ['{"type":"subscribe","id":1,"symbols":[""]}', 1],
    ['{"type":"subscribe","id":1,"symbols":"AAPL"}', 1],
    [`{"type":"subscribe","id":1,"symbols":["${'A'.repeat(33)}"]}`, 1],
    ['{"type":"comment","id":1,"symbol":"AAPL","text":null}', 1],
    ['{"__proto__":{"type":"status","id":1}}', null],
  ])('finds no frame in %s', (text, id) => {
    expect(parseFrame(text)).toEqual({ type: 'invalid', isJson: true, id });
  });

  test('drops unknown fields', () => {
    expect(parseFrame('{"type":"status","id":1,"role":"admin","__proto__":{"a":1}}')).toEqual({
      type: 'status',
      id: 1,
    });
  });
});

test('an error frame contains the id, the text of the catalogue and nothing else', () => {
  expect(JSON.parse(serialise(errorFrame('forbidden', 7)))).toEqual({
    type: 'error',
    code: 'forbidden',
    id: 7,
    text: errors.forbidden.text,
  });
});

test('every frame of the gateway has exactly the fields of its type, and the type first', async () => {
  const world = new GatewayWorld({ subscriptionsMax: 2, framesBurst: 15 });
  const admin = world.enter({ role: 'admin', symbols: ['AAPL'] });
  const other = world.enter({ symbols: ['AAPL'] });
  admin.say({ type: 'refresh', id: 1, token: world.token('admin', String(admin.frames[0]?.['user'])) });
  admin.say({ type: 'comment', id: 1, symbol: 'AAPL', text: 'up' });
  admin.say({ type: 'announce', id: 1, text: 'closing early' });
  for (const type of ['ping', 'status', 'clients']) admin.say({ type, id: 1 });
  admin.say({ type: 'disconnect', id: 1, connection: other.frames[0]?.['connection'] });
  admin.say({ type: 'revoke', id: 1, subject: 'token', name: 'none' });
  admin.say({ type: 'unsubscribe', id: 1, symbols: ['IBM'] });
  admin.say('?');
  await world.clock.advance(10);
  world.feed.publish('AAPL', 1);
  await world.clock.advance(10);
  const resume = [{ symbol: 'AAPL', epoch: world.feed.epoch, sequence: 0 }];
  admin.say({ type: 'subscribe', id: 1, symbols: ['AAPL'], resume });
  world.feed.breakDown();
  await world.clock.advance(10);
  void world.gateway.stop();
  for (const frame of admin.frames as ServerFrame[]) {
    expect(serverFrames[frame.type].parse(frame)).toEqual(frame);
    expect(Object.keys(frame)[0]).toBe('type');
  }
  expect(new Set(admin.frames.map(({ type }) => type))).toEqual(new Set(Object.keys(serverFrames)));
});
