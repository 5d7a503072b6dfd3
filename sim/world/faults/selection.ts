/**
 * A selection of faults: kinds and groups, and with a leading `-` those to leave out. So
 * `['redis', '-redis-stall']` has all faults of Redis but one, and `['-network']` all usual faults
 * but those of the network.
 */
import { FAULT_KINDS, FAULT_NAMES, type FaultName } from './catalogue.ts';
import { currentFaultName } from './former-names.ts';

/** The groups that a selection may name. */
export const FAULT_SELECTION_GROUPS = ['network', 'redis', 'node', 'time'] as const;

type Selected = FaultName | (typeof FAULT_SELECTION_GROUPS)[number];

/** A kind of fault or a group, such as `redis`; `-redis-stall` leaves one out. */
export type FaultSelector = Selected | `-${Selected}`;

export const FAULT_SELECTORS: readonly Selected[] = [...FAULT_SELECTION_GROUPS, ...FAULT_NAMES];

/** What the selectors refer to. */
export interface Selectable {
  /** The selection if no selector adds anything. */
  readonly usual: readonly FaultName[];
  /** The kinds that can have an effect on the system. Groups consist of these. */
  readonly possible: readonly FaultName[];
}

/**
 * The selected kinds: those that are named in their order, those of groups in the order of the
 * catalogue. A group has only kinds that are possible; a named kind is selected in any case.
 */
export function selectFaults(selectors: readonly string[], { usual, possible }: Selectable): readonly FaultName[] {
  const kindsOf = (name: string): readonly FaultName[] => (isGroup(name) ? ofGroup(name, possible) : [named(name)]);
  const added = selectors.filter((selector) => !isExclusion(selector));
  // An empty selection selects nothing.
  const all = added.length === 0 && selectors.length > 0 ? usual : added.flatMap(kindsOf);
  const excluded = new Set<string>(
    selectors.filter(isExclusion).flatMap((selector) => {
      const name = nameIn(selector);
      return isGroup(name) ? ofGroup(name, FAULT_NAMES) : [named(name)];
    }),
  );
  return [...new Set(all)].filter((kind) => !excluded.has(kind));
}

/** The name without the leading `-`. */
export function nameIn(selector: string): string {
  return isExclusion(selector) ? selector.slice(1) : selector;
}

export function isExclusion(selector: string): boolean {
  return selector.startsWith('-');
}

/** Whether the selector names a kind, by its current or a former name, or a group. */
export function isSelector(selector: string): boolean {
  const name = nameIn(selector);
  return isGroup(name) || FAULT_KINDS.has(currentFaultName(name));
}

function isGroup(name: string): boolean {
  return (FAULT_SELECTION_GROUPS as readonly string[]).includes(name);
}

function ofGroup(group: string, kinds: readonly FaultName[]): readonly FaultName[] {
  return kinds.filter((kind) => FAULT_KINDS.get(kind)?.group === group);
}

function named(name: string): FaultName {
  return currentFaultName(name) as FaultName;
}
