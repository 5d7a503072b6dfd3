/**
 * What the simulated Redis shares with the real one about channels: patterns, bytes, and what comes
 * back after a break.
 */
import { type Entry, ready, SUBSCRIBER, tell, until } from './redis-contract.ts';

export const SUBSCRIBERS_CONTRACT: readonly Entry[] = [
  [
    'channels by pattern',
    async (place) => {
      const [subscriber, publisher] = [await ready(place.client()), await ready(place.client())];
      const [base, heard] = [place.name('base'), [] as string[]];
      const short = (name: string) => name.slice(base.length);
      subscriber.on('pmessage', (pattern: string, channel: string, text: string) =>
        heard.push(`p ${short(pattern)} ${short(channel)} ${text}`),
      );
      subscriber.on('message', (channel: string, text: string) => heard.push(`m ${short(channel)} ${text}`));
      const answers = [
        await subscriber.psubscribe(`${base}.*`, `${base}.[ab]?`),
        await subscriber.subscribe(`${base}.a1`),
        subscriber.mode,
        await publisher.publish(`${base}.a1`, '1'),
        await publisher.publish(`${base}.c`, '2'),
        await publisher.publish(`${base}`, 'nobody'),
        await publisher.publish(`${base}.\nx`, '3'),
        await tell(subscriber.get('x')),
        await subscriber.punsubscribe(`${base}.*`),
        await publisher.publish(`${base}.c`, 'nobody'),
        await publisher.publish(`${base}.b2`, '4'),
        await subscriber.unsubscribe(`${base}.a1`),
        await subscriber.punsubscribe(),
        subscriber.mode,
        await publisher.publish(`${base}.b2`, 'nobody'),
      ];
      await until(place, () => heard.length === 6);
      // In what order patterns come that fit the same is for the server to say.
      return [answers, heard.sort(), await subscriber.get(place.name('key'))];
    },
    [
      [2, 3, 'subscriber', 3, 1, 0, 1, SUBSCRIBER, 2, 0, 1, 1, 0, 'normal', 0],
      ['m .a1 1', 'p .* .\nx 3', 'p .* .a1 1', 'p .* .c 2', 'p .[ab]? .a1 1', 'p .[ab]? .b2 4'],
      null,
    ],
  ],
  [
    'messages as bytes',
    async (place) => {
      const [subscriber, publisher] = [await ready(place.client()), await ready(place.client())];
      const [channel, heard] = [place.name('channel'), [] as unknown[]];
      subscriber.on('messageBuffer', (from: Buffer, bytes: Buffer) =>
        heard.push(Buffer.isBuffer(from), bytes.toString('hex')),
      );
      subscriber.on('pmessageBuffer', (pattern: string, from: Buffer, bytes: Buffer) =>
        heard.push(typeof pattern, Buffer.isBuffer(from), bytes.toString('hex')),
      );
      await subscriber.subscribe(channel);
      await subscriber.psubscribe(`${channel}*`);
      await publisher.publish(channel, Buffer.from([0, 255, 128, 10]));
      await until(place, () => heard.length === 5);
      return heard;
    },
    [true, '00ff800a', 'string', true, '00ff800a'],
  ],
  [
    'channels and patterns after a connection that broke',
    async (place) => {
      const subscriber = await ready(place.client({ retryStrategy: () => 20 }));
      const publisher = await ready(place.client());
      const [base, heard] = [place.name('base'), new Set<string>()];
      subscriber.on('message', (_: string, text: string) => heard.add(`m ${text}`));
      subscriber.on('pmessage', (_: string, __: string, text: string) => heard.add(`p ${text}`));
      await subscriber.subscribe(`${base}.one`);
      await subscriber.psubscribe(`${base}.t*`);
      await place.cut(subscriber);
      const between = await publisher.publish(`${base}.two`, 'between');
      await ready(subscriber);
      await until(place, async () => (await publisher.publish(`${base}.two`, 'two')) === 1);
      await until(place, async () => (await publisher.publish(`${base}.one`, 'one')) === 1);
      await until(place, () => heard.size === 2);
      return [between, [...heard].sort()];
    },
    [0, ['m one', 'p two']],
  ],
  [
    'channels that are not subscribed to again',
    async (place) => {
      const subscriber = await ready(place.client({ retryStrategy: () => 20, autoResubscribe: false }));
      const publisher = await ready(place.client());
      const channel = place.name('channel');
      await subscriber.subscribe(channel);
      await place.cut(subscriber);
      await ready(subscriber);
      return [subscriber.mode, await subscriber.get(place.name('key')), await publisher.publish(channel, 'x')];
    },
    ['normal', null, 0],
  ],
  [
    'what a subscriber may ask, and what is told of channels',
    async (place) => {
      const [subscriber, other] = [await ready(place.client()), await ready(place.client())];
      const channel = place.name('channel');
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
    'sharded channels',
    async (place) => {
      const [subscriber, publisher] = [await ready(place.client()), await ready(place.client())];
      const [channel, heard] = [place.name('channel'), [] as string[]];
      subscriber.on('smessage', (_: string, text: string) => heard.push(text));
      const answers = [
        await subscriber.ssubscribe(channel),
        await publisher.publish(channel, 'not for shards'),
        await publisher.spublish(channel, '1'),
        await subscriber.sunsubscribe(channel),
        await publisher.spublish(channel, 'nobody'),
      ];
      await until(place, () => heard.length === 1);
      return [answers, heard];
    },
    [[1, 0, 1, 0, 0], ['1']],
  ],
];
