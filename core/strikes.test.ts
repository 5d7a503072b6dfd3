import { describe, expect, test } from 'vitest';
import { GatewayWorld } from './test/gateway-world.ts';

describe('a client', () => {
  test.each([
    ['what is forbidden', { type: 'status', id: 1 }, 4403],
    ['what is unknown', { type: 'subscribe', id: 1, symbols: ['NONE'] }, 1008],
    ['unsafe comments', { type: 'comment', id: 1, symbol: 'AAPL', text: '<b>' }, 1008],
    ['invalid frames', { type: 'hello' }, 4400],
    ['texts that are not JSON', '{', 4400],
  ])('is closed when it repeats %s within the window, and only then', async (_name, frame, code) => {
    const most = { forbiddenMax: 3, refusalsMax: 3, unsafeCommentsMax: 3, invalidFramesMax: 3, strikeWindowMs: 1000 };
    const world = new GatewayWorld(most);
    const socket = world.enter({ role: 'trader' });
    for (let index = 0; index < 3; index += 1) socket.say(frame);
    await world.clock.advance(1000);
    for (let index = 0; index < 3; index += 1) socket.say(frame);
    await world.clock.advance(999);
    expect(socket.ending).toBeNull();
    socket.say(frame);
    expect(socket.closeCode).toBe(code);
    expect(socket.framesOf('error')).toHaveLength(6);
  });

  test('has a separate count for each reason', () => {
    const world = new GatewayWorld({ forbiddenMax: 2, refusalsMax: 2, unsafeCommentsMax: 2, invalidFramesMax: 2 });
    const socket = world.enter({ role: 'trader' });
    for (let index = 0; index < 2; index += 1) {
      socket.say({ type: 'status', id: 1 });
      socket.say({ type: 'subscribe', id: 1, symbols: ['NONE'] });
      socket.say({ type: 'comment', id: 1, symbol: 'AAPL', text: '<b>' });
      socket.say({ type: 'hello' });
    }
    expect(socket.ending).toBeNull();
    expect(socket.framesOf('error')).toHaveLength(8);
  });
});
