/** The help of the page: keys, and the tokens of the filter. */
import { button, element } from './element.ts';
import { KEYS } from './keyboard.ts';

const TOKENS: readonly (readonly [token: string, what: string])[] = [
  ['n:node-1', 'records of a client, a connection or a node; redis for commands'],
  ['k:fault', 'records of a kind'],
  ['s:50..66', 'records of these steps'],
  ['why:98', 'what led to record 98; why: alone means the failure'],
  ['text "two words"', 'records whose line contains the text'],
  ['-k:timer', 'a leading - excludes'],
];

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
