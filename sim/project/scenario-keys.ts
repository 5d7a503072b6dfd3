/**
 * The keys that a scenario and its parts may have. An unknown key is an error: a misspelt `faults`
 * would otherwise be ignored in silence.
 */
import { ACTOR_DEFAULTS, SCENARIO_DEFAULTS, SYSTEM_DEFAULTS } from '../run/scenario-defaults.ts';
import { suggestion } from './nearest-name.ts';
import { entriesOf, isObject, itemsOf } from './plain-values.ts';

const KEYS = {
  scenario: Object.keys(SCENARIO_DEFAULTS),
  system: Object.keys(SYSTEM_DEFAULTS),
  otherVersion: ['entry', 'edits'],
  actor: Object.keys(ACTOR_DEFAULTS),
  property: ['id', 'description', 'risk', 'kind', 'judgedWithinSeeds', 'marks', 'checker'],
  variant: ['id', 'edits', 'risk', 'expected'],
  edit: ['file', 'within', 'find', 'put'],
  span: ['min', 'max'],
  smallSendBuffers: Object.keys(SCENARIO_DEFAULTS.smallSendBuffers.value),
} as const satisfies Readonly<Record<string, readonly string[]>>;

/**
 * Keys of earlier versions, which are too different from the current ones to be found as misspelt.
 */
const FORMER_KEYS: Readonly<Record<string, string>> = { promise: 'description', judge: 'checker', about: 'subject' };

type Part = keyof typeof KEYS;

/**
 * The first unknown key of a scenario, in words; null when all are known. Values of other types are
 * left alone.
 */
export function validateKeys(scenario: object): string | null {
  const { system, actors, properties, variants, chaosMs, smallSendBuffers } = scenario as Readonly<
    Record<string, unknown>
  >;
  return (
    unknownKey('scenario', '', scenario) ??
    unknownKey('span', 'chaosMs.', chaosMs) ??
    unknownKey('smallSendBuffers', 'smallSendBuffers.', smallSendBuffers) ??
    unknownKeyOfSystem(system) ??
    first(entriesOf(actors), ([kind, actor]) => unknownKeyOfActor(kind, actor)) ??
    first(itemsOf(properties), (property, index) => unknownKey('property', `properties.${index}.`, property)) ??
    first(itemsOf(variants), (variant, index) => unknownKeyOfVariant(`variants.${index}.`, variant))
  );
}

function unknownKeyOfSystem(system: unknown): string | null {
  if (!isObject(system)) return null;
  const { otherVersion } = system;
  return (
    unknownKey('system', 'system.', system) ??
    unknownKey('otherVersion', 'system.otherVersion.', otherVersion) ??
    (isObject(otherVersion) ? unknownKeyOfEdits('system.otherVersion.', otherVersion) : null)
  );
}

/** An actor in the short form has the keys that it wants. */
function unknownKeyOfActor(kind: string, actor: unknown): string | null {
  return isObject(actor) && isObject(actor['operations']) ? unknownKey('actor', `actors.${kind}.`, actor) : null;
}

function unknownKeyOfVariant(place: string, variant: unknown): string | null {
  return unknownKey('variant', place, variant) ?? (isObject(variant) ? unknownKeyOfEdits(place, variant) : null);
}

function unknownKeyOfEdits(place: string, { edits }: Readonly<Record<string, unknown>>): string | null {
  return first(itemsOf(edits), (edit, index) => unknownKey('edit', `${place}edits.${index}.`, edit));
}

function unknownKey(part: Part, place: string, value: unknown): string | null {
  if (!isObject(value)) return null;
  const known: readonly string[] = KEYS[part];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return null;
  const former = Object.hasOwn(FORMER_KEYS, unknown) ? FORMER_KEYS[unknown] : undefined;
  const isRenamed = former !== undefined && known.includes(former);
  const advice = isRenamed ? `, which is now called ${former}` : suggestion(unknown, known);
  return `unknown key ${place}${unknown}${advice} (expected one of: ${known.join(', ')})`;
}

function first<Item>(items: readonly Item[], find: (item: Item, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== null) return found;
  }
  return null;
}
