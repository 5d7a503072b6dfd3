/**
 * A page as one HTML file that needs nothing else. A content security policy permits its one script
 * and its one style sheet, by their hashes, and no request.
 */
import { createHash } from 'node:crypto';
import { mapTexts } from '../report/redaction/map-texts.ts';
import { Redactor } from '../report/redaction/redactor.ts';
import { NAME_FIELDS } from '../report/redaction/run-secrets.ts';
import { textsOf } from './packed-records.ts';
import type { PageData } from './page-data.ts';

/** The page's code, as texts. */
export interface BrowserFiles {
  readonly script: string;
  readonly style: string;
}

/** The HTML. Secrets in the data are redacted. */
export function pageHtml(data: PageData, { script, style }: BrowserFiles): string {
  const safe = withoutSecrets(data);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(safe.name)} · seedstorm</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="data">${jsonInHtml(safe)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function withoutSecrets(data: PageData): PageData {
  const names = data.runs.flatMap(({ records }) => [...textsOf(records, [...NAME_FIELDS])]);
  const redactor = new Redactor(new Set(names));
  mapTexts(data, (text) => {
    redactor.find(text);
    return text;
  });
  const safe = mapTexts(data, (text) => redactor.redact(text));
  const { count } = redactor;
  if (count === 0) return safe;
  const what = count === 1 ? '1 token, cookie or other secret is' : `${count} tokens, cookies or other secrets are`;
  return { ...safe, notes: [...safe.notes, `${what} redacted.`] };
}

/** JSON that no HTML parser ends early: it has no `<`. */
function jsonInHtml(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
