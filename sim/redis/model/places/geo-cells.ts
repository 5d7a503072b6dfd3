/**
 * The cells that a search visits, which is the order of what it finds: the cell of the center, then
 * those around it. As in Redis, cells are so large that nine of them usually cover the shape, and a
 * search across the edge of the map may find less or something twice.
 */
import {
  boundsAround,
  cellAt,
  edgeOf,
  LATITUDE_MAX,
  LONGITUDE_MAX,
  type Place,
  scoreOfCell,
  STEPS,
} from './geohash.ts';

/** Half of the map, in metres of the projection. */
const MAP_HALF_M = 20_037_726.37;

/** North and east of the center, in the order in which Redis visits the cells. */
const NEIGHBORS: readonly (readonly [north: number, east: number])[] = [
  [0, 0],
  ...([
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const),
  ...([
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ] as const),
];

export interface Shape {
  readonly halfWidthM: number;
  readonly halfHeightM: number;
  /** From the center to the farthest point. */
  readonly radiusM: number;
}

/** The scores of the places in a cell: `to` is exclusive. */
export interface ScoreRange {
  readonly from: number;
  readonly to: number;
}

interface Cell {
  readonly north: number;
  readonly east: number;
}

/** How often the map is halved so that nine cells cover a circle. */
function stepsFor(radiusM: number, latitude: number): number {
  if (radiusM === 0) return STEPS;
  let steps = -1;
  for (let size = radiusM; size < MAP_HALF_M; size *= 2) steps += 1;
  if (Math.abs(latitude) > 66) steps -= 1;
  if (Math.abs(latitude) > 80) steps -= 1;
  return Math.max(1, Math.min(STEPS, steps));
}

function cellOf({ longitude, latitude }: Place, steps: number): Cell {
  return { north: cellAt(latitude, LATITUDE_MAX, steps), east: cellAt(longitude, LONGITUDE_MAX, steps) };
}

/** Cells wrap around at the edges of the map. A coordinate that does not move is kept as it is. */
function moved({ north, east }: Cell, [up, right]: readonly [number, number], steps: number): Cell {
  const wrapped = (cell: number, by: number): number => (by === 0 ? cell : (cell + by + 2 ** steps) % 2 ** steps);
  return { north: wrapped(north, up), east: wrapped(east, right) };
}

const cornerOf = ({ north, east }: Cell, steps: number): Place => ({
  longitude: edgeOf(east, LONGITUDE_MAX, steps),
  latitude: edgeOf(north, LATITUDE_MAX, steps),
});

const afterOf = ({ north, east }: Cell): Cell => ({ north: north + 1, east: east + 1 });

/** Returns ranges of scores, in the order in which to visit them. */
export function rangesAround(center: Place, { halfWidthM, halfHeightM, radiusM }: Shape): readonly ScoreRange[] {
  const { from, to } = boundsAround(center, halfWidthM, halfHeightM);
  let steps = stepsFor(radiusM, center.latitude);
  const cell = cellOf(center, steps);
  const reaches =
    cornerOf(afterOf(moved(cell, [1, 0], steps)), steps).latitude >= to.latitude &&
    cornerOf(moved(cell, [-1, 0], steps), steps).latitude <= from.latitude &&
    cornerOf(afterOf(moved(cell, [0, 1], steps)), steps).longitude >= to.longitude &&
    cornerOf(moved(cell, [0, -1], steps), steps).longitude <= from.longitude;
  if (!reaches && steps > 1) steps -= 1;
  const middle = cellOf(center, steps);
  const [low, high] = [cornerOf(middle, steps), cornerOf(afterOf(middle), steps)];
  const isUseless = ([up, right]: readonly [number, number]): boolean =>
    (up < 0 && low.latitude < from.latitude) ||
    (up > 0 && high.latitude > to.latitude) ||
    (right < 0 && low.longitude < from.longitude) ||
    (right > 0 && high.longitude > to.longitude);
  const ranges: ScoreRange[] = [];
  let last: ScoreRange | null = null;
  for (const [index, way] of NEIGHBORS.entries()) {
    if (steps >= 2 && isUseless(way)) continue;
    const { north, east } = moved(middle, way, steps);
    const first = scoreOfCell(north, east, steps);
    const range = { from: first, to: first + 4 ** (STEPS - steps) };
    // Redis compares only with the cell before, and never with the one of the center.
    if (last?.from === range.from) continue;
    ranges.push(range);
    if (index > 0) last = range;
  }
  return ranges;
}
