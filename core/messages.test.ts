import { describe, expect, test } from 'vitest';
import { FakeRelay } from './test/fake-relay.ts';
import { GatewayWorld } from './test/gateway-world.ts';

const comment = { type: 'comment', id: 5, symbol: 'AAPL', text: 'a < b & up' };
const announce = { type: 'announce', id: 6, text: 'closed at noon' };

/** Two gateways that share a relay. */
function build() {
  const relay = new FakeRelay();
  const [here, there] = ['node-a', 'node-b'].map((node) => {
    let ids = 0;
    const id = (label: string): string => (label === 'node' ? node : `${label}-${String((ids += 1))}`);
    return new GatewayWorld({}, { relay, entropy: { id, fraction: () => 0 } });
  }) as [GatewayWorld, GatewayWorld];
  return { relay, here, there };
}

describe('a comment', () => {
  test('reaches the subscribers at all nodes once, and then its sender is answered', async () => {
    const { here, there } = build();
    const sender = here.enter({ user: 'ada', role: 'trader', symbols: ['AAPL'] });
    const [reader, other] = [there.enter({ symbols: ['AAPL'] }), there.enter({ symbols: ['IBM'] })];
    sender.say(comment);
    const received = [{ type: 'comment', symbol: 'AAPL', from: 'ada', text: comment.text }];
    expect([sender, reader, other].map((socket) => socket.framesOf('comment'))).toEqual([received, received, []]);
    expect(sender.framesOf('commented')).toEqual([]);
    await here.clock.advance(0);
    expect(sender.frames.at(-1)).toEqual({ type: 'commented', id: 5, partial: false });
  });

  test.each(['failing', 'silent'] as const)('is partial if the relay is %s, and is not sent again', async (mode) => {
    const { relay, here, there } = build();
    const sender = here.enter({ user: 'ada', role: 'trader', symbols: ['AAPL'] });
    const reader = there.enter({ symbols: ['AAPL'] });
    relay.mode = mode;
    sender.say(comment);
    expect(sender.framesOf('comment')).toHaveLength(1);
    await here.clock.advance(here.limits.relayTimeoutMs);
    expect(sender.frames.at(-1)).toEqual({ type: 'commented', id: 5, partial: true });
    relay.mode = 'working';
    await here.clock.advance(60_000);
    expect([relay.published, reader.framesOf('comment')]).toEqual([[], []]);
    expect(here.gateway.counts().tasks).toBe(5 + 1);
  });

  test('that is refused reaches no client', () => {
    const { relay, here } = build();
    const sender = here.enter({ role: 'trader', symbols: ['AAPL'] });
    sender.say({ ...comment, text: '<b>' });
    expect(sender.frames.at(-1)).toMatchObject({ code: 'comment_markup', id: 5 });
    expect([relay.published, sender.framesOf('comment')]).toEqual([[], []]);
  });

  test('is not answered if its sender has left, or the gateway stops', async () => {
    const { relay, here } = build();
    relay.mode = 'silent';
    const [left, stays] = [here.enter({ role: 'trader' }), here.enter({ role: 'trader' })];
    left.say(comment);
    left.leave();
    stays.say(comment);
    void here.gateway.stop();
    await here.clock.advance(here.limits.stopWithinMs);
    expect(left.framesOf('commented')).toEqual([]);
    expect([here.runningTasks, here.clock.labels]).toEqual([[], []]);
  });
});

describe('an announcement', () => {
  test('reaches every authenticated client at all nodes, and is audited', async () => {
    const { here, there } = build();
    const admin = here.enter({ user: 'root', role: 'admin' });
    const [client, remote, pending] = [here.enter(), there.enter(), there.connect()];
    admin.say(announce);
    await here.clock.advance(0);
    const received = { type: 'announcement', from: 'root', text: 'closed at noon' };
    expect([client, remote].map((socket) => socket.frames.at(-1))).toEqual([received, received]);
    expect(pending.frames).toEqual([]);
    expect(admin.frames.slice(-2)).toEqual([received, { type: 'announced', id: 6, partial: false }]);
    expect(here.audit.filter(({ event }) => event === 'announced')).toMatchObject([{ user: 'root' }]);
  });

  test('is for administrators, and follows the rules of comments', () => {
    const { here } = build();
    const [trader, admin] = [here.enter({ role: 'trader' }), here.enter({ role: 'admin' })];
    trader.say(announce);
    expect(trader.frames.at(-1)).toMatchObject({ code: 'forbidden', id: 6 });
    for (const text of ['<script>', ' ', 'x'.repeat(501), 'javascript:alert(1)']) admin.say({ ...announce, text });
    expect(admin.framesOf('error').map(({ code }) => code)).toEqual([
      'comment_markup',
      'comment_empty',
      'comment_too_long',
      'comment_script_url',
    ]);
    expect(here.audit.some(({ event }) => event === 'announced')).toBe(false);
  });
});

describe('what arrives from the relay', () => {
  const valid = { node: 'node-x', type: 'comment', symbol: 'AAPL', from: 'eve', text: 'up' };

  test.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['another type', { ...valid, type: 'price' }],
    ['an unknown field', { ...valid, role: 'admin' }],
    ['an unknown symbol', { ...valid, symbol: 'NONE' }],
    ['a user with markup', { ...valid, from: '<b>' }],
    ['markup', { ...valid, text: '<b>' }],
    ['too long a text', { ...valid, text: 'x'.repeat(501) }],
    ['a text that is too big', `${JSON.stringify(valid)}${' '.repeat(16 * 1024)}`],
    ['an announcement with markup', { node: 'node-x', type: 'announcement', from: 'eve', text: '<b>' }],
  ])('is dropped and counted: %s', (_name, sent) => {
    const { relay, here } = build();
    const reader = here.enter({ symbols: ['AAPL'] });
    const before = reader.frames.length;
    relay.deliver(typeof sent === 'string' ? sent : JSON.stringify(sent));
    expect(reader.frames).toHaveLength(before);
    expect(here.counted).toEqual(['messages_dropped']);
    relay.deliver(JSON.stringify(valid));
    expect(reader.frames.at(-1)).toEqual({ type: 'comment', symbol: 'AAPL', from: 'eve', text: 'up' });
    expect(here.counted).toEqual(['messages_dropped']);
  });
});
