/** The contract of Redis: channels. Patterns, bytes, and subscriptions after a break. */
import { type Entry, ready, SUBSCRIBER, tell, until } from './redis-contract.ts';

export const SUBSCRIBERS_CONTRACT: readonly Entry[] = [
  [
    'psubscribe receives messages by pattern',
    async (target) => {
      const [subscriber, publisher] = [await ready(target.client()), await ready(target.client())];
      const [base, received] = [target.name('base'), [] as string[]];
      const short = (name: string) => name.slice(base.length);
      subscriber.on('pmessage', (pattern: string, channel: string, text: string) =>
        received.push(`p ${short(pattern)} ${short(channel)} ${text}`),
      );
      subscriber.on('message', (channel: string, text: string) => received.push(`m ${short(channel)} ${text}`));
      const answers = [
        await subscriber.psubscribe(`${base}.*`, `${base}.[ab]?`),
        await subscriber.subscribe(`${base}.a1`),
        subscriber.mode,
        await publisher.publish(`${base}.a1`, '1'),
        await publisher.publish(`${base}.c`, '2'),
        await publisher.publish(`${base}`, 'no subscriber'),
        await publisher.publish(`${base}.\nx`, '3'),
        await tell(subscriber.get('x')),
        await subscriber.punsubscribe(`${base}.*`),
        await publisher.publish(`${base}.c`, 'no subscriber'),
        await publisher.publish(`${base}.b2`, '4'),
        await subscriber.unsubscribe(`${base}.a1`),
        await subscriber.punsubscribe(),
        subscriber.mode,
        await publisher.publish(`${base}.b2`, 'no subscriber'),
      ];
      await until(target, () => received.length === 6);
      // The server may deliver to matching patterns in any order.
      return [answers, received.sort(), await subscriber.get(target.name('key'))];
    },
    [
      [2, 3, 'subscriber', 3, 1, 0, 1, SUBSCRIBER, 2, 0, 1, 1, 0, 'normal', 0],
      ['m .a1 1', 'p .* .\nx 3', 'p .* .a1 1', 'p .* .c 2', 'p .[ab]? .a1 1', 'p .[ab]? .b2 4'],
      null,
    ],
  ],
  [
    'messageBuffer receives bytes',
    async (target) => {
      const [subscriber, publisher] = [await ready(target.client()), await ready(target.client())];
      const [channel, received] = [target.name('channel'), [] as unknown[]];
      subscriber.on('messageBuffer', (from: Buffer, bytes: Buffer) =>
        received.push(Buffer.isBuffer(from), bytes.toString('hex')),
      );
      subscriber.on('pmessageBuffer', (pattern: string, from: Buffer, bytes: Buffer) =>
        received.push(typeof pattern, Buffer.isBuffer(from), bytes.toString('hex')),
      );
      await subscriber.subscribe(channel);
      await subscriber.psubscribe(`${channel}*`);
      await publisher.publish(channel, Buffer.from([0, 255, 128, 10]));
      await until(target, () => received.length === 5);
      return received;
    },
    [true, '00ff800a', 'string', true, '00ff800a'],
  ],
  [
    'channels and patterns are subscribed to again after a break',
    async (target) => {
      const subscriber = await ready(target.client({ retryStrategy: () => 20 }));
      const publisher = await ready(target.client());
      const [base, received] = [target.name('base'), new Set<string>()];
      subscriber.on('message', (_: string, text: string) => received.add(`m ${text}`));
      subscriber.on('pmessage', (_: string, __: string, text: string) => received.add(`p ${text}`));
      await subscriber.subscribe(`${base}.one`);
      await subscriber.psubscribe(`${base}.t*`);
      await target.cut(subscriber);
      const between = await publisher.publish(`${base}.two`, 'between');
      await ready(subscriber);
      await until(target, async () => (await publisher.publish(`${base}.two`, 'two')) === 1);
      await until(target, async () => (await publisher.publish(`${base}.one`, 'one')) === 1);
      await until(target, () => received.size === 2);
      return [between, [...received].sort()];
    },
    [0, ['m one', 'p two']],
  ],
  [
    'autoResubscribe: false does not subscribe again',
    async (target) => {
      const subscriber = await ready(target.client({ retryStrategy: () => 20, autoResubscribe: false }));
      const publisher = await ready(target.client());
      const channel = target.name('channel');
      await subscriber.subscribe(channel);
      await target.cut(subscriber);
      await ready(subscriber);
      return [subscriber.mode, await subscriber.get(target.name('key')), await publisher.publish(channel, 'x')];
    },
    ['normal', null, 0],
  ],
  [
    'a subscriber may send few commands, and PUBSUB lists channels',
    async (target) => {
      const [subscriber, other] = [await ready(target.client()), await ready(target.client())];
      const channel = target.name('channel');
      await subscriber.subscribe(channel, channel);
      return [
        await subscriber.ping(),
        await tell(subscriber.subscribe()),
        await other.pubsub('NUMSUB', channel, `${channel}none`),
        (await other.pubsub('CHANNELS', `${channel}*`)).length,
        await other.unsubscribe(channel),
        await other.get(channel),
      ].map((one) => (Array.isArray(one) ? one.map((each) => String(each).replace(channel, 'channel')) : one));
    },
    [
      ['pong', ''],
      "ReplyError: ERR wrong number of arguments for 'subscribe' command",
      ['channel', '1', 'channelnone', '0'],
      1,
      0,
      null,
    ],
  ],
  [
    'ssubscribe receives messages of shards',
    async (target) => {
      const [subscriber, publisher] = [await ready(target.client()), await ready(target.client())];
      const [channel, received] = [target.name('channel'), [] as string[]];
      subscriber.on('smessage', (_: string, text: string) => received.push(text));
      const answers = [
        await subscriber.ssubscribe(channel),
        await publisher.publish(channel, 'not for shards'),
        await publisher.spublish(channel, '1'),
        await subscriber.sunsubscribe(channel),
        await publisher.spublish(channel, 'no subscriber'),
      ];
      await until(target, () => received.length === 1);
      return [answers, received];
    },
    [[1, 0, 1, 0, 0], ['1']],
  ],
];
