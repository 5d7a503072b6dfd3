/** Links to what the page shows, in the hash of its address. */
import type { RunName } from '../page-data.ts';
import type { Shown, View } from './view.ts';

/** Browsers limit how often an address may change. */
const WRITE_AFTER_MS = 120;

export function hashOf({ run, item, filter }: Shown): string {
  const parameters = new URLSearchParams({ run, r: item });
  if (filter !== '') parameters.set('q', filter);
  return `#${parameters}`;
}

export function shownIn(hash: string): Partial<Shown> {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const value = (name: string): string | undefined => parameters.get(name) ?? undefined;
  const shown = { run: value('run') as RunName | undefined, item: value('r'), filter: value('q') };
  return Object.fromEntries(Object.entries(shown).filter(([, part]) => part !== undefined));
}

/** Follows the address, and keeps it up to date. */
export function connectAddress(view: View): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    timer = undefined;
    const hash = hashOf(view.shown);
    if (hash !== location.hash) history.replaceState(null, '', hash);
  };
  const flush = (): void => {
    clearTimeout(timer);
    write();
  };
  if (location.hash.length > 1) view.show(shownIn(location.hash));
  view.listen(() => {
    timer ??= setTimeout(write, WRITE_AFTER_MS);
  });
  view.listenToJumps(() => {
    flush();
    history.pushState(null, '', location.hash);
  });
  addEventListener('hashchange', () => {
    if (location.hash !== hashOf(view.shown)) view.show(shownIn(location.hash));
  });
  addEventListener('pagehide', flush);
}
