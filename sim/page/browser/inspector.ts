/**
 * The inspector: everything about the selected item. Each section is a function that returns its
 * element, or null if it has nothing to show.
 */
import { button, element } from './element.ts';
import { coneToken, withoutCone } from './run/filter.ts';
import type { Item } from './run/items.ts';
import { seconds } from './times.ts';
import type { View } from './view.ts';

type Section = (view: View) => HTMLElement | null;

/** Number of causes or effects that are listed. */
const LISTED_MAX = 30;

const SECTIONS: readonly Section[] = [summary, text, fields, causes, effects, state];

export function createInspector(view: View): HTMLElement {
  const root = element('aside', { class: 'inspector', 'aria-label': 'Selected record', tabindex: 0 });
  const render = (): void => root.replaceChildren(...SECTIONS.flatMap((section) => section(view) ?? []));
  view.listen((change) => {
    render();
    if (change !== 'filter') root.scrollTop = 0;
  });
  render();
  return root;
}

function summary(view: View): HTMLElement {
  const { model, selected } = view;
  const { step, atMs, who } = model.lineOf(selected);
  const kind = model.items[selected]?.type ?? '';
  const isFailure = model.run.hasFailed && selected === model.start;
  const place = model.places.get(selected);
  return element(
    'section',
    { class: 'summary' },
    element('h2', {}, kind === 'output' ? 'Output' : `#${model.idOf(selected)}`, ' ', element('small', {}, kind)),
    element('p', {}, `step ${step} · ${seconds(atMs)} s${who === '' ? '' : ` · ${who}`}`),
    place === undefined ? null : element('p', { class: 'place' }, place),
    isFailure ? element('p', { class: 'failure' }, model.run.end) : null,
    view.isHidden
      ? element(
          'p',
          { class: 'hidden' },
          'The filter hides it. ',
          button('Clear', () => view.setFilter('')),
        )
      : null,
  );
}

function text({ model, selected }: View): HTMLElement {
  const { what } = model.wholeLineOf(selected);
  const item = model.items[selected];
  const pretty = item?.type === 'frame' ? indented(item.text) : null;
  return element(
    'section',
    {},
    element('pre', { class: 'text' }, pretty ?? (item?.type === 'output' ? item.text : what)),
  );
}

/** The fields of a record, but for those that its summary shows. */
function fields({ model, selected }: View): HTMLElement | null {
  const item = model.items[selected];
  if (item === undefined || item.type === 'output') return null;
  const rows = Object.entries(flat(item)).flatMap(([name, value]) => [
    element('dt', {}, name),
    element('dd', {}, value === '' ? '—' : value),
  ]);
  return element('section', {}, element('h3', {}, 'Record'), element('dl', {}, ...rows));
}

function causes(view: View): HTMLElement | null {
  const { model, selected, cone } = view;
  const before = cone.items.length - 1;
  const roots = selected === model.start ? model.roots.filter((root) => root !== selected) : [];
  return links(view, 'Caused by', [...new Set([...(model.causes[selected] ?? []), ...roots])], {
    none: 'Nothing that the run has recorded.',
    more:
      before <= 0
        ? null
        : button(`Show only what led here (${before + 1})`, () =>
            view.setFilter(withoutCone(view.filter, coneToken(model, selected))),
          ),
  });
}

function effects(view: View): HTMLElement | null {
  const caused = view.model.effectsOf(view.selected);
  return caused.length === 0 ? null : links(view, 'Led to', caused, { none: '', more: null });
}

/** What the step of the record changed. */
function state({ model, selected }: View): HTMLElement | null {
  const changes = model.changesIn(model.lineOf(selected).step);
  if (changes === null) return null;
  const rows = changes
    .slice(0, LISTED_MAX)
    .flatMap(([, path, before, after]) => [
      element('dt', {}, path),
      element('dd', {}, before === null ? `${after ?? ''}` : `${before} → ${after ?? '∅'}`),
    ]);
  const left = changes.length - LISTED_MAX;
  return element(
    'section',
    { class: 'state' },
    element('h3', {}, 'State changed in this step'),
    changes.length === 0 ? element('p', {}, 'Nothing.') : element('dl', {}, ...rows),
    left > 0 ? element('p', {}, `and ${left} more`) : null,
  );
}

function links(
  view: View,
  title: string,
  items: readonly number[],
  { none, more }: { readonly none: string; readonly more: HTMLElement | null },
): HTMLElement {
  const { model } = view;
  const shown = [...items].sort((left, right) => right - left).slice(0, LISTED_MAX);
  const left = items.length - shown.length;
  const list = shown.map((item) => {
    const { atMs, who, what } = model.lineOf(item);
    const made = button('', () => view.jump(item), { class: 'link' });
    made.append(
      element('span', { class: 'number' }, `#${model.idOf(item)}`),
      element('span', { class: 'time' }, seconds(atMs)),
      element('span', { class: 'who' }, who),
      element('span', { class: 'what' }, what),
    );
    return element('li', {}, made);
  });
  return element(
    'section',
    {},
    element('h3', {}, title),
    list.length === 0 ? element('p', {}, none) : element('ul', { class: 'links' }, ...list),
    left === 0 ? null : element('p', {}, `and ${left} more`),
    more,
  );
}

const IN_SUMMARY = ['type', 'step', 'atMs'];

/** Fields by name; those of a nested object as `fields.task`. */
function flat(item: Exclude<Item, { type: 'output' }>): Readonly<Record<string, string>> {
  const entries = Object.entries(item).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (IN_SUMMARY.includes(name)) return [];
    if (typeof value !== 'object' || value === null) return [[name, shownValue(value)]];
    return Object.entries(value).map(([inner, part]) => [`${name}.${inner}`, shownValue(part)]);
  });
  return Object.fromEntries(entries);
}

function shownValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** JSON with indentation; null for any other text. */
function indented(text: string): string | null {
  if (!/^[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
