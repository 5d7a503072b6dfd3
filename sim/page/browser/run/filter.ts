/**
 * The filter of the list: tokens separated by spaces.
 *
 * | token | shows |
 * | --- | --- |
 * | `n:node-1` | items of this client or node; `redis` for commands |
 * | `k:fault` | items of this kind |
 * | `s:50..66` | items of these steps; either end may be left out |
 * | `why:98` | what led to record 98; `why:` alone means the failure |
 * | `text`, `"two words"` | items whose line contains the text, in any case |
 *
 * Tokens with different prefixes must all match; of those with the same prefix, one must. All texts
 * must match. A leading `-` excludes what a token matches.
 */
import type { ItemKind } from './items.ts';
import type { RunModel } from './run-model.ts';

export const KINDS = [
  'operation',
  'frame',
  'http',
  'command',
  'redis',
  'timer',
  'node',
  'fault',
  'probe',
  'output',
] as const satisfies readonly ItemKind[];

interface Token {
  readonly prefix: 'n' | 'k' | 's' | 'why' | 'text';
  readonly value: string;
  readonly isExcluded: boolean;
}

type Test = (index: number) => boolean;

export interface Filter {
  /** The items to show, ascending. */
  readonly items: Int32Array;
  /** What is wrong with the text, in one sentence; null if it is valid. */
  readonly problem: string | null;
}

const TOKEN = /(-?)(?:(n|k|s|why):)?("[^"]*"?|\S*)/y;

export function tokensIn(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trim();
  for (let at = 0; at < trimmed.length;) {
    TOKEN.lastIndex = at;
    const [whole = '', minus = '', prefix = 'text', quoted = ''] = TOKEN.exec(trimmed) ?? [];
    const value = quoted.startsWith('"') ? quoted.slice(1).replace(/"$/, '') : quoted;
    if (value !== '' || prefix === 'why')
      tokens.push({ prefix: prefix as Token['prefix'], value, isExcluded: minus === '-' });
    at += Math.max(1, whole.length);
    while (trimmed[at] === ' ') at += 1;
  }
  return tokens;
}

export function filtered(model: RunModel, text: string): Filter {
  const tokens = tokensIn(text);
  let problem: string | null = null;
  const included = new Map<string, Test[]>();
  const excluded: Test[] = [];
  for (const token of tokens) {
    const test = testOf(token, model);
    if (typeof test === 'string') {
      problem ??= test;
      continue;
    }
    if (token.isExcluded) {
      excluded.push(test);
      continue;
    }
    // Each text is a group of one.
    const group = token.prefix === 'text' ? `text ${included.size}` : token.prefix;
    included.set(group, [...(included.get(group) ?? []), test]);
  }
  const groups = [...included.values()];
  const items = new Int32Array(model.items.length);
  let count = 0;
  for (let index = 0; index < items.length; index += 1) {
    if (!groups.every((tests) => tests.some((test) => test(index)))) continue;
    if (excluded.some((test) => test(index))) continue;
    items[count] = index;
    count += 1;
  }
  return { items: items.subarray(0, count), problem };
}

/** Adds a token to a text, or removes it if it is there. */
export function toggled(text: string, token: string): string {
  const words = text.split(' ').filter((word) => word !== '');
  const without = words.filter((word) => word !== token);
  return (without.length < words.length ? without : [...words, token]).join(' ');
}

/** The token that shows only what led to an item. */
export function coneToken(model: RunModel, item: number): string {
  return item === model.start ? 'why:' : `why:${model.idOf(item)}`;
}

/** The text without tokens for causes, and with another one at its end. */
export function withoutCone(text: string, token?: string): string {
  const words = text.split(' ').filter((word) => word !== '' && !word.startsWith('why:'));
  return [...words, ...(token === undefined ? [] : [token])].join(' ');
}

/** The test of a token, or what is wrong with it. */
function testOf({ prefix, value }: Token, model: RunModel): Test | string {
  switch (prefix) {
    case 'n':
      return (index) => {
        const item = model.items[index];
        if (item !== undefined && 'link' in item && item.link === value) return true;
        return model.namesOf(index).includes(value);
      };
    case 'k':
      if (!(KINDS as readonly string[]).includes(value))
        return `${value} is not a kind (expected ${KINDS.join(', ')}).`;
      return (index) => model.items[index]?.type === value;
    case 's': {
      const [, from, dots, until] = /^(\d*)(\.\.)?(\d*)$/.exec(value) ?? [];
      if (from === undefined || value === '..') return `s: takes steps, such as s:50..66, not ${value}.`;
      const first = from === '' ? 0 : Number(from);
      const last = dots === undefined ? first : until === '' ? Infinity : Number(until);
      return (index) => {
        const step = model.items[index]?.step ?? -1;
        return step >= first && step <= last;
      };
    }
    case 'why': {
      const item = value === '' ? model.start : model.itemOf(value);
      if (item === null) return `why: takes the number of a record, such as why:98, not ${value}.`;
      const cone = model.coneOf(item);
      return (index) => cone.has[index] === 1;
    }
    case 'text': {
      const sought = value.toLowerCase();
      return (index) => model.textOf(index).includes(sought);
    }
  }
}
