/**
 * The changes of one step as lines, those that say most first: values and sizes that changed, then
 * times, entries that came or went, and new objects. An entry or an object is one line with its
 * first values. Functions are left out.
 */
import { printable } from '../../kernel/printable.ts';
import type { StateChange } from '../../kernel/state-change.ts';
import { counted } from '../numbers.ts';

const VALUE_LENGTH = 80;

/** Of the values of an entry or an object together. */
const CONTENTS_LENGTH = 80;

const FUNCTION = '[function]';

/** `Map(3)`, `object(14)`: what contains values with their own paths. */
const CONTAINER = /^(?:Map|Set|Array|object)\(\d+\)$/;

/** An object of a class or a table, such as `node-1/Room.1`. */
const OBJECT = /^[^/]+\/[A-Za-z_$][\w$]*\.\d+/;

/** A field of an object, not an entry in one. */
const FIELD = /^\.[^.[{]+$/;

/** Names of times, which change often and rarely explain anything. */
const TIME = /(?:At|Ms)$/;

const RANKS = ['changed', 'time', 'entry', 'object'] as const;

interface Line {
  readonly rank: (typeof RANKS)[number];
  readonly text: string;
}

/** All changes of one step. */
export function changedValues(changes: readonly StateChange[]): string[] {
  const groups = groupsOf(changes.filter((change) => !isFunction(change)));
  const newObjects = newObjectsIn(groups);
  const lines = [...groups]
    .filter(([{ path }]) => !newObjects.has(objectOf(path)))
    .map(([change, parts]): Line => ({ rank: rankOf(change), text: valueLine(change) + contentsOf(change, parts) }));
  for (const [object, fields] of newObjects) lines.push({ rank: 'object', text: objectLine(object, fields) });
  return RANKS.flatMap((rank) => lines.filter((line) => line.rank === rank).map(({ text }) => text));
}

export function valueLine({ path, before, after }: StateChange): string {
  return `${printable(path, VALUE_LENGTH)}  ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: string | null): string {
  return value === null ? '∅' : printable(value, VALUE_LENGTH);
}

function isFunction({ before, after }: StateChange): boolean {
  return [before, after].every((value) => value === null || value === FUNCTION);
}

function rankOf({ path, before, after }: StateChange): Line['rank'] {
  if (before === null || after === null) return 'entry';
  return TIME.test(path) && !Number.isNaN(Number(before)) ? 'time' : 'changed';
}

/** Each change with those that are part of it: the values of what came or went. */
function groupsOf(changes: readonly StateChange[]): Map<StateChange, StateChange[]> {
  const byPath = new Map(changes.map((change) => [change.path, change]));
  const groups = new Map<StateChange, StateChange[]>();
  for (const change of changes) {
    let root = change;
    for (let whole = wholeOf(root, byPath); whole !== null; whole = wholeOf(root, byPath)) root = whole;
    const parts = groups.get(root) ?? [];
    groups.set(root, parts);
    if (root !== change) parts.push(change);
  }
  return groups;
}

/** The value that came or went with this one in it; null if there is none. */
function wholeOf(change: StateChange, byPath: ReadonlyMap<string, StateChange>): StateChange | null {
  const { path } = change;
  for (let end = path.length - 1; end > 0; end -= 1) {
    if (!'.[{'.includes(path.charAt(end))) continue;
    const around = byPath.get(path.slice(0, end));
    if (around === undefined) continue;
    const came = change.before === null && !isContainer(around.before);
    const went = change.after === null && !isContainer(around.after);
    return came || went ? around : null;
  }
  return null;
}

function isContainer(value: string | null): boolean {
  return value !== null && CONTAINER.test(value);
}

/** By object: its values, for each object of which nothing but new fields changed. */
function newObjectsIn(groups: ReadonlyMap<StateChange, readonly StateChange[]>): Map<string, StateChange[]> {
  const fields = new Map<string, StateChange[]>();
  const old = new Set<string>();
  for (const [change, parts] of groups) {
    const object = objectOf(change.path);
    if (change.before !== null || !FIELD.test(change.path.slice(object.length))) old.add(object);
    fields.set(object, [...(fields.get(object) ?? []), change, ...parts]);
  }
  // A single field says as much.
  for (const [object, own] of fields) if (object === '' || old.has(object) || own.length < 2) fields.delete(object);
  return fields;
}

/** Empty for a value that is not part of an object. */
function objectOf(path: string): string {
  return OBJECT.exec(path)?.[0] ?? '';
}

function objectLine(object: string, fields: readonly StateChange[]): string {
  const contents = contentsText(object, fields);
  return `${printable(object, VALUE_LENGTH)} is new (${counted(fields.length, 'value')}${contents === '' ? '' : `: ${contents}`})`;
}

function contentsOf({ path }: StateChange, parts: readonly StateChange[]): string {
  const contents = contentsText(path, parts);
  return contents === '' ? '' : ` (${contents})`;
}

/** `id "7", role "admin"`: what the values are, containers and references to objects aside. */
function contentsText(path: string, parts: readonly StateChange[]): string {
  const texts = parts.flatMap((part) => {
    const value = part.after ?? part.before ?? '';
    if (isContainer(value) || /^[@[]/.test(value)) return [];
    return [`${part.path.slice(path.length).replace(/^\./, '')} ${value}`];
  });
  return printable(texts.join(', '), CONTENTS_LENGTH);
}
