import { FilterXSS } from 'xss';

export interface Sanitised {
  /** Contains no `<`, no `>`, no tag and no control character. May be empty. */
  readonly text: string;
  /** Whether the text was changed. */
  readonly changed: boolean;
}

/** Makes the text of a comment safe to show as HTML. */
export type Sanitise = (text: string) => Sanitised;

// C0 and C1 controls, and characters that reorder or hide text.
// eslint-disable-next-line no-control-regex
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Removes all tags, and scripts and styles with their content. */
export function createSanitiser(): Sanitise {
  const filter = new FilterXSS({ whiteList: {}, stripIgnoreTag: true, stripIgnoreTagBody: ['script', 'style'] });
  return (text) => {
    const visible = text.replace(invisible, '');
    const safe = filter.process(visible).replaceAll('<', '&lt;').replaceAll('>', '&gt;').trim();
    return { text: safe, changed: safe !== text };
  };
}
