/** The filter: its text, a button for each kind, and the number of rows that it leaves. */
import { button, element } from './element.ts';
import { KINDS, toggled } from './run/filter.ts';
import type { View } from './view.ts';

/** To search while a user types would take too long with many records. */
const TYPED_MS = 120;

export interface FilterBar {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
}

export function createFilterBar(view: View): FilterBar {
  const input = element('input', {
    type: 'search',
    class: 'filter',
    placeholder: 'Filter: n:node-1 k:fault -k:timer text',
    'aria-label': 'Filter',
    'aria-describedby': 'filter-status',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const status = element('output', { id: 'filter-status', class: 'filter-status' });
  const kinds = element('div', { class: 'kinds', role: 'group', 'aria-label': 'Kinds of records' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => view.setFilter(input.value), TYPED_MS);
  });
  const render = (): void => {
    const { model, matching, problem, filter } = view;
    if (document.activeElement !== input || input.value.trim() !== filter.trim()) input.value = filter;
    status.textContent = problem ?? `${matching.length} of ${model.items.length}`;
    status.classList.toggle('is-problem', problem !== null);
    kinds.replaceChildren(...kindButtons(view));
  };
  view.listen((change) => {
    if (change !== 'selection') render();
  });
  render();
  return { root: element('search', { class: 'filter-bar' }, input, status, kinds), input };
}

function kindButtons(view: View): HTMLElement[] {
  const { model, filter } = view;
  const counts = new Map<string, number>();
  for (const { type } of model.items) counts.set(type, (counts.get(type) ?? 0) + 1);
  return KINDS.filter((kind) => counts.has(kind)).map((kind) => {
    const token = `-k:${kind}`;
    const isHidden = filter.split(' ').includes(token);
    return button(kind, () => view.setFilter(toggled(filter, token)), {
      class: `kind-button kind-${kind}`,
      'aria-pressed': String(!isHidden),
      title: `${isHidden ? 'Show' : 'Hide'} ${counts.get(kind)} of kind ${kind}`,
    });
  });
}
