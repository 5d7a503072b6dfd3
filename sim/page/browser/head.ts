/** The head of the page: what failed, which run is shown, and how to run it again. */
import { button, element } from './element.ts';
import { createThemeButton } from './theme.ts';
import type { View } from './view.ts';

const COPIED_MS = 1500;

export function createHead(view: View, onHelp: () => void): HTMLElement {
  const { data } = view;
  const [replayed] = data.runs;
  const facts = data.facts.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value)),
  );
  const end = element('p', { class: 'end' });
  const about = element('p', { class: 'about' });
  const render = (): void => {
    const { run, items } = view.model;
    end.textContent = run.end.split('\n', 1)[0] ?? '';
    end.title = run.end;
    end.classList.toggle('is-held', !run.hasFailed);
    const rows = items.length === run.total ? '' : `, ${items.length} rows`;
    const beside = view.others === null ? '' : ` ${view.passing?.run.about ?? ''}`;
    about.textContent = `${run.about} ${run.total} records${rows}.${beside}`;
  };
  view.listen(render);
  render();
  return element(
    'header',
    { class: 'head' },
    element(
      'div',
      { class: 'title' },
      element('h1', { class: replayed?.hasFailed === true ? '' : 'is-held' }, data.name),
      element('span', { class: `verdict verdict-${data.verdict}` }, data.verdict),
      element('dl', { class: 'facts' }, ...facts),
      element(
        'div',
        { class: 'actions' },
        createRunSwitch(view),
        createBesideButton(view),
        createCopyButton(data.command),
        createThemeButton(),
        button('?', onHelp, { 'aria-label': 'Keyboard and filter', title: 'Keyboard and filter (?)', class: 'icon' }),
      ),
    ),
    end,
    about,
    ...createNotes(data.notes),
  );
}

function createRunSwitch(view: View): HTMLElement | null {
  const { runs } = view.data;
  if (runs.length < 2) return null;
  const buttons = runs.map(({ name, title, about, total }) =>
    button(title, () => view.showRun(name), { 'data-run': name, title: `${about} ${total} records.` }),
  );
  const render = (): void => {
    for (const made of buttons) made.setAttribute('aria-pressed', String(made.dataset['run'] === view.model.run.name));
  };
  view.listen(render);
  render();
  return element('div', { class: 'switch', role: 'group', 'aria-label': 'Run' }, ...buttons);
}

/** Shows the passing run beside the replay's, or not. */
function createBesideButton(view: View): HTMLElement | null {
  if (view.passing === null) return null;
  const made = button('Side by side', () => view.setBeside(view.others === null), {
    title: 'Show the passing run beside the failing one',
  });
  const render = (): void => {
    made.setAttribute('aria-pressed', String(view.others !== null));
    made.disabled = view.passing === null;
  };
  view.listen(render);
  render();
  return made;
}

function createCopyButton(command: string): HTMLElement {
  const made = button('Copy command', () => void copy(), { title: command });
  const status = element('span', { class: 'visually-hidden', role: 'status' });
  const copy = async (): Promise<void> => {
    const isCopied = await copied(command);
    made.textContent = isCopied ? 'Copied' : 'Not copied';
    status.textContent = isCopied ? 'The command is copied.' : `The browser did not copy: ${command}`;
    setTimeout(() => {
      made.textContent = 'Copy command';
      status.textContent = '';
    }, COPIED_MS);
  };
  return element('span', {}, made, status);
}

/** Copies a text. Browsers refuse the clipboard to some files, so an older way is tried, too. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element('textarea', { class: 'visually-hidden' });
    area.value = text;
    document.body.append(area);
    area.select();
    const isDone = document.execCommand('copy');
    area.remove();
    return isDone;
  }
}

function createNotes(notes: readonly string[]): HTMLElement[] {
  if (notes.length === 0) return [];
  return [
    element(
      'ul',
      { class: 'notes', 'aria-label': 'What the page lacks' },
      ...notes.map((note) => element('li', {}, note)),
    ),
  ];
}
