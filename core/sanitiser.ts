import { parseFragment } from 'parse5';

/** Why a comment is refused. */
export type ContentProblem = 'comment_markup' | 'comment_script_url';

/** The reason to refuse the text of a comment, or null if it may pass unchanged. */
export type ContentCheck = (text: string) => ContentProblem | null;

// A browser begins a tag, an end tag, a comment or a processing instruction only here.
const markup = /<[A-Za-z/!?]/;

// Browsers ignore tabs and line ends anywhere in a URL. The others hide a URL from people.
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

const scriptUrl = /^(?:(?:javascript|vbscript):|data:\s*text\/html\b)/i;

/**
 * Refuses what a renderer could mistake for HTML: markup, and a comment that is a URL which runs a
 * script when it becomes a link. Comments are plain text, so everything else is safe to show with
 * `textContent`, and passes byte for byte. Attributes and scripts need the renderer's own escaping.
 */
export const contentProblem: ContentCheck = (text) => {
  if (markup.test(text)) return 'comment_markup';
  const visible = withoutControls(text);
  // Character references may hide control characters, too.
  const decoded = visible.includes('&') ? withoutControls(decodeReferences(visible)) : visible;
  return scriptUrl.test(decoded) ? 'comment_script_url' : null;
};

function withoutControls(text: string): string {
  return text.replace(controls, '').trim();
}

/** Decodes character references as a browser does in text. `text` must not contain markup. */
function decodeReferences(text: string): string {
  return parseFragment(text)
    .childNodes.map((node) => ('value' in node ? node.value : ''))
    .join('');
}
