/** Names the kinds of two replies: `(integer | error ERR syntax error)`. */
import type { Bytes } from './case.ts';
import { areEqual } from './normalize.ts';
import type { Tree } from './resp.ts';

/** Errors are cut at this number of characters. */
const ERROR_MAX = 60;

/** The kinds of what two servers sent, at the place where it first differs. */
export function kindsOf(real: readonly Tree[], model: readonly Tree[]): string {
  const [one, other] = [real[0], model[0]];
  if (real.length === 1 && model.length === 1 && one !== undefined && other !== undefined) return treeKinds(one, other);
  return `(${listKinds(real)} | ${listKinds(model)})`;
}

/** The same for bytes that do not parse as replies, and for why a case ended. */
export function roughKinds(real: Bytes, model: Bytes): string {
  const kind = (text: Bytes): string =>
    text === '' ? 'nothing' : (text.split(/[\r\n]/, 1)[0] ?? '').replaceAll(/[0-9a-f]{40}|\d+/g, 'N').slice(0, 80);
  return `(${kind(real)} | ${kind(model)})`;
}

function listKinds(trees: readonly Tree[]): string {
  return trees.length === 0 ? 'nothing' : trees.map(kindOf).join(', ');
}

function treeKinds(real: Tree, model: Tree): string {
  if (real.items !== null && model.items !== null && real.kind === model.kind) {
    if (real.items.length !== model.items.length) return `(${kindOf(real)} | ${kindOf(model)} of another length)`;
    for (const [index, item] of real.items.entries()) {
      const other = model.items[index];
      if (other !== undefined && !areEqual(item, other)) return `in ${kindOf(real)} ${treeKinds(item, other)}`;
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
    .replaceAll(/(?<!\w)'[^']*'/g, "'…'")
    .replaceAll(/[0-9a-f]{40}/g, '…')
    .replaceAll(/\d+/g, 'N')
    .replaceAll(/[^ -~…]/g, '?')
    .slice(0, ERROR_MAX);
}
