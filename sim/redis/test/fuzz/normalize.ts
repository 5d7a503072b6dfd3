/** What may differ between two correct servers, and so is not compared. */
import type { Bytes } from './case.ts';
import { encodeTree, type Tree } from './resp.ts';

type Normalize = (reply: Tree, words: readonly Bytes[]) => Tree;

interface Rule {
  readonly reason: string;
  /** In lower case, perhaps with a subcommand. */
  readonly commands: readonly string[];
  readonly apply: Normalize;
}

/** Equal to every reply. */
export const ANY: Tree = { kind: 'any', text: '', items: null };

const sortTrees = (items: readonly Tree[]): Tree[] =>
  [...items].sort((a, b) => (encodeTree(a) < encodeTree(b) ? -1 : 1));

const sorted: Normalize = (reply) => (reply.items === null ? reply : { ...reply, items: sortTrees(reply.items) });

/** Sorts names with their values. */
const sortedPairs: Normalize = (reply) => {
  if (reply.items === null) return reply;
  const pairs: Tree[] = [];
  for (let index = 0; index < reply.items.length; index += 2)
    pairs.push({ kind: '*', text: null, items: reply.items.slice(index, index + 2) });
  return { ...reply, items: sortTrees(pairs).flatMap(({ items }) => items ?? []) };
};

/** Keeps kinds and lengths. */
const shapeOf: Normalize = (reply) => {
  if (reply.kind === '-' || (reply.items === null && reply.text === null)) return reply;
  return reply.items === null
    ? { ...reply, text: 'any' }
    : { ...reply, items: reply.items.map((item) => shapeOf(item, [])) };
};

const scanned =
  (sort: Normalize): Normalize =>
  (reply, words) => {
    const [cursor, found] = reply.items ?? [];
    if (cursor === undefined || found === undefined) return reply;
    const from = words[/^scan$/i.test(words[0] ?? '') ? 1 : 2];
    return cursor.text === '0' && from === '0' ? { ...reply, items: [cursor, sort(found, words)] } : ANY;
  };

/** Entries of XPENDING are id, consumer, idle time and number of deliveries. */
const pending: Normalize = (reply) => ({
  ...reply,
  items:
    reply.items?.map((entry) => (entry.items?.length === 4 ? { ...entry, items: entry.items.with(2, ANY) } : entry)) ??
    null,
});

/** Drops the value behind each name in `fields`. */
const without =
  (fields: readonly string[]): Normalize =>
  (reply, words) => ({
    ...reply,
    items:
      reply.items?.map((item, index, items) =>
        fields.includes(items[index - 1]?.text ?? '') ? ANY : without(fields)(item, words),
      ) ?? null,
  });

/** Sets and sorted sets are read in no order, which shows among elements of equal weight. */
const sortedBy: Normalize = (reply, words) => {
  const has = (option: string): boolean => words.some((word) => word.toUpperCase() === option);
  if (!has('BY') || words[1]?.startsWith('l') === true) return reply;
  return has('LIMIT') ? shapeOf(reply, words) : sorted(reply, words);
};

/** Rounds a time to live. */
const rounded =
  (unit: number): Normalize =>
  (reply) =>
    reply.kind === ':' && Number(reply.text) > unit
      ? { ...reply, text: String(Math.round(Number(reply.text) / unit)) }
      : reply;

const names = (words: string): readonly string[] => words.split(' ').map((word) => word.replace('|', ' '));

const NO_ORDER = 'sets, and hashes beyond a size, have no order';
const OPAQUE_SCAN = 'a scan may take any number of steps, and only a server knows its cursors';
const LATER = 'a real server runs a command some milliseconds after the case began';

export const RULES: readonly Rule[] = [
  { reason: NO_ORDER, commands: names('smembers sinter sunion sdiff keys hkeys hvals'), apply: sorted },
  { reason: NO_ORDER, commands: names('hgetall config|get'), apply: sortedPairs },
  { reason: NO_ORDER, commands: names('pubsub|channels pubsub|shardchannels'), apply: sorted },
  { reason: NO_ORDER, commands: names('sort sort_ro'), apply: sortedBy },
  { reason: OPAQUE_SCAN, commands: names('scan sscan'), apply: scanned(sorted) },
  { reason: OPAQUE_SCAN, commands: names('hscan zscan'), apply: scanned(sortedPairs) },
  {
    reason: 'picks at random',
    commands: names('randomkey spop srandmember hrandfield zrandmember'),
    apply: shapeOf,
  },
  {
    reason: 'describes the machine, or the clients since its start',
    commands: names('info memory|usage client|id hello object|freq'),
    apply: (reply) => (reply.kind === '$' || reply.kind === '=' ? { ...reply, text: 'any' } : shapeOf(reply, [])),
  },
  { reason: LATER, commands: names('time lastsave'), apply: shapeOf },
  { reason: LATER, commands: ['pttl'], apply: rounded(20_000) },
  { reason: LATER, commands: ['ttl'], apply: rounded(20) },
  { reason: LATER, commands: ['xpending'], apply: pending },
  { reason: LATER, commands: ['xinfo consumers'], apply: without(['idle', 'inactive']) },
  { reason: LATER, commands: ['object idletime'], apply: shapeOf },
];

const BY_COMMAND: ReadonlyMap<string, Rule> = new Map(
  RULES.flatMap((rule) => rule.commands.map((command) => [command, rule] as const)),
);

/** The commands that have rules, without their subcommands. */
const NORMALIZED: ReadonlySet<string> = new Set(
  [...BY_COMMAND.keys()].map((command) => command.split(' ', 1)[0] ?? ''),
);

type Words = readonly Bytes[];

/** A command that was sent, and those queued before it: an EXEC answers them, in order. */
export interface Sent {
  readonly words: Words;
  readonly queued: readonly Words[];
}

/**
 * Returns what a connection received after a command was sent, without what may differ. `isOwn`:
 * the connection itself sent the command, so it received the reply.
 */
export function normalize(trees: readonly Tree[], sent: Sent, isOwn: boolean): Tree[] {
  const ordered = withoutMissOrder(withoutPatternOrder(trees), sent);
  return ordered.map((tree) => withoutTime(isOwn ? normalizeReply(tree, sent.words, sent.queued) : tree));
}

/** Whether two normalized replies are equal. */
export function areEqual(a: Tree, b: Tree): boolean {
  if (a === ANY || b === ANY) return true;
  if (a.kind !== b.kind || a.text !== b.text || a.items?.length !== b.items?.length) return false;
  return a.items === null || a.items.every((item, index) => areEqual(item, b.items?.[index] ?? ANY));
}

function normalizeReply(tree: Tree, words: Words, queued: readonly Words[]): Tree {
  const [name = '', subcommand = ''] = words.map((word) => word.toLowerCase());
  if (tree.kind === '-') return tree;
  if (name === 'exec' && tree.items !== null)
    return { ...tree, items: tree.items.map((item, index) => normalizeReply(item, queued[index] ?? [], [])) };
  if (name.startsWith('eval')) return normalizeScript(tree, words[1] ?? '');
  const rule = BY_COMMAND.get(`${name} ${subcommand}`) ?? BY_COMMAND.get(name);
  return rule?.apply(tree, words) ?? tree;
}

/** Only a seed that the script itself sets makes `math.random` predictable. */
function drawsUnseeded(script: Bytes): boolean {
  const [draw, seed] = [script.indexOf('math.random('), script.indexOf('math.randomseed(')];
  return draw >= 0 && (seed < 0 || draw < seed);
}

/** A script that calls a command with a rule is compared by the shape of its result. */
function normalizeScript(tree: Tree, script: Bytes): Tree {
  const called = [...script.matchAll(/call(?:\(|, )\s*'(\w+)'/gi)].map(([, name = '']) => name.toLowerCase());
  if (called.some((name) => /^[hsz]?scan$/.test(name))) return ANY;
  return drawsUnseeded(script) || called.some((name) => NORMALIZED.has(name)) ? shapeOf(tree, []) : tree;
}

/** Patterns, and what a client unsubscribes from when it names nothing, have no order. */
function withoutPatternOrder(trees: readonly Tree[]): readonly Tree[] {
  const kindOf = ({ items }: Tree): string => items?.[0]?.text ?? '';
  if (trees.length > 1 && trees.every((tree) => /^[ps]?unsubscribe$/.test(kindOf(tree))))
    return trees.map(({ items, ...tree }) => ({ ...tree, items: items?.toSpliced(1, 1, ANY) ?? null }));
  const patterns = new Set(trees.flatMap(({ items }) => (items?.[0]?.text === 'pmessage' ? [items[1]?.text] : [])));
  // Messages of one pattern come in the order in which they were published.
  return patterns.size > 1
    ? [
        ...trees.filter((tree) => kindOf(tree) !== 'pmessage'),
        ...sortTrees(trees.filter((tree) => kindOf(tree) === 'pmessage')),
      ]
    : trees;
}

/** SORT reads sets and sorted sets in no order, and so it misses keys in no order. */
function withoutMissOrder(trees: readonly Tree[], { words, queued }: Sent): readonly Tree[] {
  if (![words, ...queued].some((command) => command.some((word) => /\bsort/i.test(word)))) return trees;
  const isMiss = ({ items }: Tree): boolean => items?.some(({ text }) => text?.endsWith('keymiss') === true) === true;
  const misses = sortTrees(trees.filter(isMiss));
  return trees.map((tree) => (isMiss(tree) ? (misses.shift() ?? tree) : tree));
}

/** Times of Redis' clock in milliseconds and seconds, ids made of them, addresses in memory. */
function withoutTime(tree: Tree): Tree {
  if (tree.items !== null) return { ...tree, items: tree.items.map(withoutTime) };
  if (tree.text === null || tree === ANY) return tree;
  const text = tree.text
    // JavaScript hides the sign of NaN.
    .replaceAll(/ *-?nan(?![a-z])/g, 'nan')
    .replaceAll(/(?<!\d)1[78]\d{11}-\d+/g, 'now-id')
    .replaceAll(/(?<!\d)1[78]\d{11}(?!\d)/g, 'now-ms')
    .replaceAll(/(?<!\d)1[78]\d{8}(?!\d)/g, 'now-s')
    .replaceAll(/(table|function|userdata|thread): 0x[0-9a-f]+/g, '$1');
  return { ...tree, text };
}
