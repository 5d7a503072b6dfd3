/** The keyboard. Keys work wherever the focus is, except in a field for text. */
import { placeOf } from './run/lanes.ts';
import { coneToken, withoutCone } from './run/filter.ts';
import type { RecordList } from './record-list.ts';
import type { View } from './view.ts';

export interface KeyTargets {
  readonly view: View;
  readonly list: RecordList;
  readonly input: HTMLInputElement;
  readonly onHelp: () => void;
}

export function listenToKeys(targets: KeyTargets): void {
  const { view, input, list } = targets;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null) return;
    if (event.target === input) {
      if (event.key === 'Escape' && input.value === '') list.focus();
      else if (event.key === 'Escape') view.setFilter('');
      else if (event.key === 'Enter') {
        view.setFilter(input.value);
        list.focus();
      } else return;
      event.preventDefault();
      return;
    }
    const isButton = event.target instanceof HTMLButtonElement && ['Enter', ' '].includes(event.key);
    if (isButton || !handled(event, targets)) return;
    event.preventDefault();
  });
}

function handled({ key, shiftKey }: KeyboardEvent, { view, list, input, onHelp }: KeyTargets): boolean {
  const { model, selected } = view;
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      move(view, 1, shiftKey ? sameLane(view) : always);
      return true;
    case 'ArrowLeft':
    case 'ArrowUp':
      move(view, -1, shiftKey ? sameLane(view) : always);
      return true;
    case ']':
      move(view, 1, isFault(view));
      return true;
    case '[':
      move(view, -1, isFault(view));
      return true;
    case 'd':
      moveToDifference(view, 1);
      return true;
    case 'D':
      moveToDifference(view, -1);
      return true;
    case '.':
      view.jump(model.start);
      return true;
    case 'PageDown':
      moveTo(view, view.rowOf(selected) + list.pageSize);
      return true;
    case 'PageUp':
      moveTo(view, view.rowOf(selected) - list.pageSize);
      return true;
    case 'Home':
      moveTo(view, 0);
      return true;
    case 'End':
      moveTo(view, view.rows.length - 1);
      return true;
    case 'c': {
      const isCone = view.filter.split(' ').some((word) => word.startsWith('why:'));
      view.setFilter(isCone ? withoutCone(view.filter) : withoutCone(view.filter, coneToken(model, selected)));
      return true;
    }
    case 'r': {
      const { runs } = view.data;
      const next = runs[(runs.indexOf(model.run) + 1) % runs.length];
      if (next !== undefined) view.showRun(next.name);
      return true;
    }
    case '/':
      input.focus();
      input.select();
      return true;
    case 'Escape':
      view.setFilter('');
      return true;
    case '?':
      onHelp();
      return true;
    default:
      return false;
  }
}

const always = (): boolean => true;

/** Selects the next row in that direction whose item matches. */
function move(view: View, direction: 1 | -1, matches: (item: number) => boolean): void {
  const { rows, selected } = view;
  const row = view.rowOf(selected);
  // A selected item without a row is before its row.
  const isShown = rows[row] === selected;
  for (let next = direction > 0 && !isShown ? row : row + direction; ; next += direction) {
    const item = rows[next];
    if (item === undefined) return;
    if (item < 0 || !matches(item)) continue;
    view.select(item);
    return;
  }
}

/** Selects the item of a row, or of the nearest row before it that has one. */
function moveTo(view: View, row: number): void {
  const { rows, matching } = view;
  let nearest = Math.max(0, Math.min(rows.length - 1, row));
  while (nearest > 0 && (rows[nearest] ?? -1) < 0) nearest -= 1;
  const item = rows[nearest] ?? -1;
  const first = matching[0];
  if (item >= 0) view.select(item);
  else if (first !== undefined) view.select(first);
}

/** Selects the first item of the next stretch of rows that only one run has. */
function moveToDifference(view: View, direction: 1 | -1): void {
  const { rows, selected } = view;
  const beginsAt = (row: number): boolean => view.isDifferent(row) && !view.isDifferent(row - 1);
  for (let row = view.rowOf(selected) + direction; row >= 0 && row < rows.length; row += direction) {
    if (!beginsAt(row)) continue;
    // A stretch that only the passing run has is shown by the row after it.
    const item = rows.subarray(row).find((candidate) => candidate >= 0);
    if (item === undefined || item === selected) continue;
    view.select(item);
    return;
  }
}

function sameLane({ model, selected }: View): (item: number) => boolean {
  const lane = laneOf(selected);
  return (item) => laneOf(item) === lane;

  function laneOf(index: number): string | null {
    const item = model.items[index];
    return item === undefined ? null : placeOf(item).at;
  }
}

function isFault({ model }: View): (item: number) => boolean {
  return (item) => model.items[item]?.type === 'fault';
}
