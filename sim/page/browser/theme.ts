/** Dark or light: as the system prefers, until the user chooses. */
import { button } from './element.ts';

const KEY = 'seedstorm-theme';
const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

export function createThemeButton(): HTMLElement {
  let theme = stored();
  const made = button('', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    store(theme);
    apply();
  });
  const apply = (): void => {
    made.textContent = { auto: '◐', light: '☀', dark: '☾' }[theme];
    made.title = `Colours: ${theme === 'auto' ? 'as the system' : theme}`;
    made.className = 'icon';
    made.setAttribute('aria-label', made.title);
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    dispatchEvent(new Event('themechange'));
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  apply();
  return made;
}

/** Browsers may refuse storage to a file. */
function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === value) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then holds until the page is closed.
  }
}
