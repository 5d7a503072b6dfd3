/** Compares what two servers sent, and names the kind of a difference. */
import { specOf, tokensOf } from './arguments.ts';
import type { Bytes, Case, Outcome } from './case.ts';
import { normalize } from './normalize.ts';
import { parseReplies, type Tree } from './resp.ts';

export interface Difference {
  /** Index of the step after which the servers differ. */
  readonly step: number;
  /** The connection that received something different. */
  readonly client: number;
  /** What each received there. */
  readonly real: Bytes;
  readonly model: Bytes;
  /** The command and the kinds of the two replies: equal for differences of one cause. */
  readonly core: string;
  /** The same, with the option words of the command. */
  readonly signature: string;
}

/** Returns the first difference between two outcomes; null if there is none. */
export function compare(tested: Case, real: Outcome, model: Outcome): Difference | null {
  const queues = new Map<number, (readonly Bytes[])[]>();
  for (const [step, { client, words }] of tested.steps.entries()) {
    const [ofReal, ofModel] = [real.received[step], model.received[step]];
    if (ofReal === undefined || ofModel === undefined) {
      if (real.end === null && model.end === null) return null;
      const texts = { real: ofReal?.[client] ?? real.end ?? '', model: ofModel?.[client] ?? model.end ?? '' };
      return texts.real === texts.model ? null : describe(tested, step, client, texts.real, texts.model);
    }
    const queued = queues.get(client) ?? [];
    for (const [index, text] of ofReal.entries()) {
      const other = ofModel[index] ?? '';
      const command = index === client ? words : [];
      if (text !== other && !isSame(text, other, command, queued)) return describe(tested, step, index, text, other);
    }
    const reply = ofReal[client] ?? '';
    if (reply === '+QUEUED\r\n') queues.set(client, [...queued, words]);
    else if (/^(?:exec|discard|multi|reset)$/i.test(words[0] ?? '')) queues.delete(client);
    // The servers may have picked different elements, so that they differ from here on.
    if (removesAtRandom(words, queued) && ofReal.join() !== ofModel.join()) return null;
  }
  return null;
}

function isSame(real: Bytes, model: Bytes, words: readonly Bytes[], queued: readonly (readonly Bytes[])[]): boolean {
  try {
    return normalize(real, words, queued) === normalize(model, words, queued);
  } catch {
    return false;
  }
}

function removesAtRandom(words: readonly Bytes[], queued: readonly (readonly Bytes[])[]): boolean {
  const isSpop = (command: readonly Bytes[]): boolean =>
    /^spop$/i.test(command[0] ?? '') || command.some((word) => /'(?:spop|srandmember|randomkey)'/i.test(word));
  return isSpop(words) || (/^exec$/i.test(words[0] ?? '') && queued.some(isSpop));
}

function describe(tested: Case, step: number, client: number, real: Bytes, model: Bytes): Difference {
  const { client: sender, words } = tested.steps[step] ?? { client, words: [] };
  const kinds = kindsOf(real, model);
  const who = client === sender ? '' : ' at another client';
  const spec = specOf(words);
  const command = spec?.name.toUpperCase() ?? (words[0] ?? '').toUpperCase();
  const core = `${command}${who} ${kinds}`;
  const options = optionsOf(words);
  return {
    step,
    client,
    real,
    model,
    core,
    signature: `${command}${who} ${options}${options === '' ? '' : ' '}${kinds}`,
  };
}

function optionsOf(words: readonly Bytes[]): string {
  const spec = specOf(words);
  if (spec === undefined) return '';
  if (spec.name.startsWith('eval')) return functionsIn(words[1] ?? '');
  const tokens = tokensOf(spec);
  return [...new Set(words.map((word) => word.toUpperCase()).filter((word) => tokens.has(word)))].sort().join(' ');
}

/** The library functions that a script names. */
export function functionsIn(script: Bytes): string {
  const found = script.matchAll(
    /\b(?:cjson|cmsgpack|bit|struct|string|table|math|redis|os)\.\w+|\b(?:tostring|tonumber|pcall|xpcall|error|assert|unpack|select|next|pairs|ipairs|type|rawget|rawset|setmetatable|getmetatable|loadstring|load|dofile|print|require)\b/g,
  );
  return [...new Set([...found].map(([name]) => name))].sort().join(' ');
}

/** The kinds of two replies, at the place where they first differ. */
function kindsOf(real: Bytes, model: Bytes): string {
  try {
    const [reals, models] = [parseReplies(real), parseReplies(model)];
    if (reals.length === 1 && models.length === 1) return treeKinds(reals[0] as Tree, models[0] as Tree);
    return `(${reals.length} replies: ${reals.map(kindOf).join(', ')} | ${models.length} replies: ${models.map(kindOf).join(', ')})`;
  } catch {
    return `(${roughKind(real)} | ${roughKind(model)})`;
  }
}

function treeKinds(real: Tree, model: Tree): string {
  if (real.items !== null && model.items !== null && real.kind === model.kind) {
    if (real.items.length !== model.items.length) return `(${kindOf(real)} | ${kindOf(model)} of another length)`;
    for (const [index, item] of real.items.entries()) {
      const other = model.items[index] as Tree;
      if (JSON.stringify(item) !== JSON.stringify(other)) return `in ${real.kind} ${treeKinds(item, other)}`;
    }
  }
  return `(${kindOf(real)} | ${kindOf(model)})`;
}

const KINDS: Readonly<Record<string, string>> = {
  ':': 'integer',
  '+': 'status',
  '*': 'array',
  '%': 'map',
  '~': 'set',
  '>': 'push',
  ',': 'double',
  '=': 'verbatim',
  '#': 'boolean',
  _: 'null',
};

function kindOf({ kind, text, items }: Tree): string {
  if (kind === '-') return `error ${errorKind(text ?? '')}`;
  if (kind === '$') return text === null ? 'nil' : 'bulk';
  if (kind === '*' && items === null) return 'nil array';
  if (items?.length === 0) return `empty ${KINDS[kind] ?? kind}`;
  return KINDS[kind] ?? kind;
}

/** The beginning of an error without its values. */
function errorKind(text: Bytes): string {
  return text
    .replaceAll(/'[^']*'/g, "'…'")
    .replaceAll(/[0-9a-f]{40}/g, '…')
    .replaceAll(/\d+/g, 'N')
    .slice(0, 60);
}

function roughKind(text: Bytes): string {
  return text === '' ? 'nothing' : (text.split('\n', 1)[0]?.slice(0, 80) ?? '');
}
