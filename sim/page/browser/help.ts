/** The help of the page: keys, and the tokens of the filter. */
import { button, element } from './element.ts';
import { KEYS, TOKENS } from './keys.ts';

export function createHelp(): HTMLDialogElement {
  const dialog = element('dialog', { class: 'help', 'aria-labelledby': 'help-title' });
  dialog.append(
    element('h2', { id: 'help-title' }, 'Keyboard'),
    table(KEYS),
    element('h2', {}, 'Filter'),
    table(TOKENS),
    button('Close', () => dialog.close()),
  );
  return dialog;
}

function table(rows: readonly (readonly [string, string])[]): HTMLElement {
  const made = rows.map(([name, what]) =>
    element('tr', {}, element('th', { scope: 'row' }, element('kbd', {}, name)), element('td', {}, what)),
  );
  return element('table', {}, element('tbody', {}, ...made));
}
