/** What may differ between two correct servers, and so is not compared. */
import type { Bytes } from './case.ts';
import { encodeTree, parseReplies, type Tree } from './resp.ts';

interface Rule {
  readonly reason: string;
  /** Commands in lower case; subcommands count as such: `xinfo consumers`. */
  readonly commands: readonly string[];
  readonly apply: (reply: Tree, words: readonly Bytes[]) => Tree;
}

const ANY: Tree = { kind: '+', text: 'any', items: null };
const isError = ({ kind }: Tree): boolean => kind === '-';

const sortTrees = (items: readonly Tree[]): Tree[] =>
  [...items].sort((a, b) => (encodeTree(a) < encodeTree(b) ? -1 : 1));

const sorted = (reply: Tree): Tree => (reply.items === null ? reply : { ...reply, items: sortTrees(reply.items) });

/** Sorts names with their values. */
const sortedPairs = (reply: Tree): Tree => {
  if (reply.items === null) return reply;
  const pairs: Tree[] = [];
  for (let index = 0; index < reply.items.length; index += 2)
    pairs.push({ kind: '*', text: null, items: reply.items.slice(index, index + 2) });
  return { ...reply, items: sortTrees(pairs).flatMap(({ items }) => items ?? []) };
};

/** Keeps kinds and lengths. */
const shapeOf = (reply: Tree): Tree => {
  if (isError(reply)) return reply;
  if (reply.items !== null) return { ...reply, items: reply.items.map(shapeOf) };
  return reply.text === null ? reply : { ...reply, text: 'any' };
};

const scanned =
  (sort: (reply: Tree) => Tree) =>
  (reply: Tree): Tree => {
    const [cursor, found] = reply.items ?? [];
    if (cursor === undefined || found === undefined) return reply;
    return cursor.text === '0' ? { ...reply, items: [cursor, sort(found)] } : ANY;
  };

const NUMBER: Tree = { kind: ':', text: '1', items: null };
const smallToOne = (reply: Tree): Tree =>
  reply.kind === ':' && Math.abs(Number(reply.text)) < 10_000 ? NUMBER : reply;
const near =
  (unit: number) =>
  (reply: Tree): Tree =>
    reply.kind === ':' && Number(reply.text) > 0
      ? { ...reply, text: String(Math.round(Number(reply.text) / unit / 3)) }
      : reply;

const names = (words: string): readonly string[] => words.split(' ').map((word) => word.replace('|', ' '));

export const RULES: readonly Rule[] = [
  { reason: 'sets have no order', commands: names('smembers sinter sunion sdiff keys'), apply: sorted },
  { reason: 'large hashes have no order', commands: names('hkeys hvals'), apply: sorted },
  { reason: 'large hashes have no order', commands: ['hgetall'], apply: sortedPairs },
  {
    reason: 'subscriptions have no order',
    commands: names('pubsub|channels pubsub|shardchannels config|get'),
    apply: sorted,
  },
  {
    reason: 'a scan may take any number of steps, and its cursors are opaque',
    commands: names('scan sscan'),
    apply: scanned(sorted),
  },
  { reason: 'the same', commands: names('hscan zscan'), apply: scanned(sortedPairs) },
  {
    reason: 'picks at random',
    commands: names('randomkey spop srandmember hrandfield zrandmember'),
    apply: shapeOf,
  },
  {
    reason: 'the server’s memory, statistics and identity',
    commands: names('info memory|usage client|id lastsave hello role'),
    apply: shapeOf,
  },
  { reason: 'the time at which the command runs', commands: ['time'], apply: shapeOf },
  { reason: 'time passes within a case', commands: ['pttl'], apply: near(10_000) },
  { reason: 'the same', commands: ['ttl'], apply: near(10) },
  {
    reason: 'idle times count from the delivery',
    commands: names('xpending xinfo|consumers xinfo|stream object|idletime'),
    apply: function idle(reply: Tree): Tree {
      return reply.items === null ? smallToOne(reply) : { ...reply, items: reply.items.map(idle) };
    },
  },
];

const BY_COMMAND: ReadonlyMap<string, Rule> = new Map(
  RULES.flatMap((rule) => rule.commands.map((command) => [command, rule] as const)),
);

/**
 * Returns the replies to a command without what may differ. `queued`: the commands that an EXEC
 * answers, in order.
 */
export function normalize(received: Bytes, words: readonly Bytes[], queued: readonly (readonly Bytes[])[]): Bytes {
  const trees = parseReplies(received);
  return withoutTime(trees.map((tree) => encodeTree(normalizeTree(tree, words, queued))).join(''));
}

function normalizeTree(tree: Tree, words: readonly Bytes[], queued: readonly (readonly Bytes[])[]): Tree {
  const [name = '', subcommand = ''] = words.map((word) => word.toLowerCase());
  if (isError(tree)) return tree;
  if (name === 'exec' && tree.items !== null)
    return { ...tree, items: tree.items.map((item, index) => normalizeTree(item, queued[index] ?? [], [])) };
  if (name.startsWith('eval')) return script(tree, words[1] ?? '');
  const rule = BY_COMMAND.get(`${name} ${subcommand}`) ?? BY_COMMAND.get(name);
  return rule?.apply(tree, words) ?? tree;
}

/** A script that calls a command with a rule is compared by the shape of its result. */
function script(tree: Tree, text: Bytes): Tree {
  const called = [...text.matchAll(/call\(\s*'(\w+)'/gi)].map(([, name = '']) => name.toLowerCase());
  return called.some((name) => BY_COMMAND.has(name)) ? shapeOf(tree) : tree;
}

/** Times of Redis' clock and addresses in memory. */
function withoutTime(text: Bytes): Bytes {
  return text
    .replaceAll(/\$1[3-9]\r\n1[78]\d{11}-\d+/g, 'now-id')
    .replaceAll(/(?<!\d)1[78]\d{11}(?!\d)/g, 'now-ms')
    .replaceAll(/(?<!\d)1[78]\d{8}(?!\d)/g, 'now-s')
    .replaceAll(/(table|function|userdata): 0x[0-9a-f]+/g, '$1');
}
