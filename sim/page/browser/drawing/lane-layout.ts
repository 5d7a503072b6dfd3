/** Which lanes fit into the diagram, and where. */
import type { Lane } from '../run/lanes.ts';

const WIDTH_MAX = 72;
const WIDTH_MIN = 26;

/** On the left of the lanes, for faults that concern all of them. */
export const GUTTER = 18;

export interface LaneLayout {
  readonly lanes: readonly Lane[];
  readonly laneWidth: number;
  /** Of the whole diagram. */
  readonly width: number;
  /** Number of lanes that do not fit. */
  readonly hidden: number;
  /** The middle of each lane, by name. */
  readonly xOf: ReadonlyMap<string, number>;
}

/**
 * If not all lanes fit, nodes and Redis stay, and of the clients a part that has those of the
 * selected item.
 */
export function layoutOf(lanes: readonly Lane[], available: number, selected: ReadonlySet<string>): LaneLayout {
  const space = Math.max(0, available - 2 * GUTTER);
  const fitting = Math.max(1, Math.floor(space / WIDTH_MIN));
  const shown = lanes.length <= fitting ? lanes : someOf(lanes, fitting, selected);
  const laneWidth = Math.max(1, Math.min(WIDTH_MAX, Math.floor(space / Math.max(1, shown.length))));
  const xOf = new Map(shown.map(({ name }, index) => [name, GUTTER + (index + 0.5) * laneWidth]));
  const width = shown.length === 0 ? 0 : shown.length * laneWidth + 2 * GUTTER;
  return { lanes: shown, laneWidth, width, hidden: lanes.length - shown.length, xOf };
}

function someOf(lanes: readonly Lane[], fitting: number, selected: ReadonlySet<string>): readonly Lane[] {
  const clients = lanes.filter(({ kind }) => kind === 'client');
  const others = lanes.filter(({ kind }) => kind !== 'client').slice(-Math.max(1, fitting - 1));
  const left = fitting - others.length;
  const wanted = clients.findIndex(({ name }) => selected.has(name));
  const from = wanted < left ? 0 : Math.min(wanted - (left >> 1), clients.length - left);
  return [...clients.slice(from, from + left), ...others];
}
