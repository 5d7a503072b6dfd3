/** Compares what two servers sent, and names the kind of a difference. */
import { specOf, tokensOf } from './arguments.ts';
import type { Bytes, Case, Outcome } from './case.ts';
import { areEqual, normalize, type Sent } from './normalize.ts';
import { kindsOf, roughKinds } from './reply-kinds.ts';
import { parseReplies, type Tree } from './resp.ts';
import { Scans } from './scans.ts';

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

type Words = readonly Bytes[];

/**
 * Returns the differences between two outcomes, in order. It ends at the first one after which the
 * servers may hold different data.
 */
export function compare(tested: Case, real: Outcome, model: Outcome): Difference[] {
  const found: Difference[] = [];
  const queues = new Map<number, Words[]>();
  const scans = new Scans();
  for (const [step, { client, words }] of tested.steps.entries()) {
    const [ofReal, ofModel] = [real.received[step], model.received[step]];
    if (ofReal === undefined || ofModel === undefined) {
      const [a, b] = [ofReal?.[client] ?? real.end ?? '', ofModel?.[client] ?? model.end ?? ''];
      if (a !== b) found.push(describe(tested, step, client, a, b, roughKinds(a, b), words));
      return found;
    }
    const queued = queues.get(client) ?? [];
    for (const [index, text] of ofReal.entries()) {
      const other = ofModel[index] ?? '';
      const kinds = text === other ? null : differingKinds(text, other, { words, queued }, index === client);
      if (kinds === null) continue;
      found.push(describe(tested, step, index, text, other, kinds.text, kinds.words));
      if (!areBothRefusals(text, other)) return found;
    }
    const reply = ofReal[client] ?? '';
    const ofScan = scans.take(words, [reply, ofModel[client] ?? '']);
    if (ofScan !== null) {
      found.push(describe(tested, step, client, reply, ofModel[client] ?? '', ofScan, words));
      return found;
    }
    if (reply === '+QUEUED\r\n') queues.set(client, [...queued, words]);
    // MULTI within a transaction is an error, and changes nothing.
    else if (/^(?:exec|discard|multi|reset)$/i.test(words[0] ?? '') && !/^-ERR MULTI/.test(reply))
      queues.delete(client);
    // The servers may have picked different elements, so that they differ from here on.
    if (removesAtRandom(words, queued) && ofReal.join() !== ofModel.join()) return found;
  }
  return found;
}

/** Errors and nil replies usually come from commands that change nothing. */
function areBothRefusals(real: Bytes, model: Bytes): boolean {
  return [real, model].every((text) => /^(?:-(?!EXECABORT)[^\n]*\n|[$*]-1\r\n)$/.test(text));
}

interface Kinds {
  readonly text: string;
  /** The command whose reply differs: within EXEC, the queued one. */
  readonly words: Words | null;
}

/** Null if the replies are the same but for what may differ. */
function differingKinds(real: Bytes, model: Bytes, sent: Sent, isOwn: boolean): Kinds | null {
  const { words, queued } = sent;
  let trees: readonly (readonly Tree[])[];
  try {
    trees = [real, model].map((text) => normalize(parseReplies(text), sent, isOwn));
  } catch {
    return { text: roughKinds(real, model), words: null };
  }
  const [reals = [], models = []] = trees;
  if (areAllEqual(reals, models)) return null;
  const [items, others] = [reals[0]?.items, models[0]?.items];
  const isExec = isOwn && /^exec$/i.test(words[0] ?? '') && reals.length === 1 && models.length === 1;
  if (!isExec || items == null || others?.length !== items.length) return { text: kindsOf(reals, models), words: null };
  const at = items.findIndex((item, index) => !areEqual(item, others[index] ?? item));
  if (queued.slice(0, at).some(isRandom)) return null;
  return { text: kindsOf(items.slice(at, at + 1), others.slice(at, at + 1)), words: queued[at] ?? null };
}

function areAllEqual(reals: readonly Tree[], models: readonly Tree[]): boolean {
  return reals.length === models.length && reals.every((tree, index) => areEqual(tree, models[index] ?? tree));
}

function isRandom(command: Words): boolean {
  return /^spop$/i.test(command[0] ?? '') || command.some((word) => /'(?:spop|srandmember|randomkey)'/i.test(word));
}

function removesAtRandom(words: Words, queued: readonly Words[]): boolean {
  return isRandom(words) || (/^exec$/i.test(words[0] ?? '') && queued.some(isRandom));
}

function describe(
  tested: Case,
  step: number,
  client: number,
  real: Bytes,
  model: Bytes,
  kinds: string,
  answered: Words | null,
): Difference {
  const { client: sender, words: sent } = tested.steps[step] ?? { client, words: [] };
  const words = answered ?? sent;
  const who = client === sender ? '' : ' at another client';
  const command = `${nameOf(words)}${who}`;
  const options = optionsOf(words, kinds);
  const parts = [command, options, kinds].filter((part) => part !== '');
  return { step, client, real, model, core: `${command} ${kinds}`, signature: parts.join(' ') };
}

/** In upper case; one name for all ways to run a script. */
function nameOf(words: Words): string {
  const name = specOf(words)?.name ?? words[0] ?? '';
  return /^eval(?:_ro)?$/i.test(name) ? 'EVAL' : name.toUpperCase().replaceAll(/[^ -~]/g, '?');
}

function optionsOf(words: Words, kinds: string): string {
  const spec = specOf(words);
  if (spec === undefined) return '';
  if (spec.name.startsWith('eval')) return functionsIn(words[1] ?? '', kinds);
  const tokens = tokensOf(spec);
  return [...new Set(words.map((word) => word.toUpperCase()).filter((word) => tokens.has(word)))].sort().join(' ');
}

const FUNCTIONS =
  /\b(?:cjson|cmsgpack|bit|struct|string|table|math|redis|os|coroutine)\.\w+|\b(?:tostring|tonumber|pcall|xpcall|error|assert|unpack|select|next|pairs|ipairs|type|rawget|rawset|rawequal|setmetatable|getmetatable|loadstring)\b|#!\w+/g;

const CALLED = /(?<=call\(|call, )'\w+'/g;

/** Kinds of replies that depend on the command that a script calls. */
const BY_CALLED = /is not simulated|not allowed from script/;

/** The library functions that a script names, and the commands where they matter. */
function functionsIn(script: Bytes, kinds: string): string {
  const found = [...script.matchAll(FUNCTIONS), ...(BY_CALLED.test(kinds) ? script.matchAll(CALLED) : [])];
  return [...new Set(found.map(([name]) => name))].sort().join(' ');
}
