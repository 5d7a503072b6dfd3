/** The colours of the style sheet, for canvases. */
import { element } from '../element.ts';
import { KINDS } from '../run/filter.ts';

const NAMES = ['background', 'border', 'text', 'muted', 'accent', 'bad', 'cause-edge', ...KINDS, 'band'] as const;

export type Colour = (typeof NAMES)[number];
export type Colours = Readonly<Record<Colour, string>>;

/** The colours of the current theme. They depend on it, so they are read when it changes. */
export class Palette {
  #colours: Colours | null = null;

  /** `onChange` is called when the theme has changed. */
  constructor(onChange: () => void) {
    addEventListener('themechange', () => {
      this.#colours = null;
      onChange();
    });
  }

  get colours(): Colours {
    this.#colours ??= readColours();
    return this.#colours;
  }
}

function readColours(): Colours {
  const probe = element('span', { hidden: true });
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, style.color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as Record<Colour, string>;
}
