/** The commands of a document's `sh` blocks, and how they are run in a test. */
import { fencesIn } from './markdown.ts';

export interface Command {
  readonly text: string;
  /** The number after `# exit`; 0 by default. */
  readonly exit: number;
}

export function commandsIn(markdown: string): Command[] {
  return fencesIn(markdown)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .flatMap((line) => line.split(' && '))
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [text = '', exit] = line.split(/ *# exit /);
      return { text: text.trim(), exit: Number(exit ?? 0) };
    });
}

/** Commands that a test can't run, and why. */
export const NOT_RUN: ReadonlyMap<string, string> = new Map([
  ['npm ci', 'installs what the tests run on'],
  ['npm cit', 'runs the tests'],
  ['git checkout docs/ticker/ticker.ts', 'the test runs in a copy without git, and reverts the change itself'],
]);

/** True for what goes on until it is stopped. */
export function isServer({ text }: Command): boolean {
  return text.endsWith('npm start');
}

/**
 * The same command, as it is called in this repository, made to end sooner. A campaign begins at a
 * fixed seed: a test must not depend on the seeds it draws.
 */
export function sooner(shown: string): string {
  const text = shortened(shown);
  const isCampaign = /^npm run sim -- (?:run\b|--|\S+\.sim\.ts\b)/.test(text);
  return isCampaign && !/--seed(?:-start)? /.test(text) ? `${text} --seed-start 0x1` : text;
}

function shortened(shown: string): string {
  const text = shown.replace(/^npx seedstorm /, 'npm run sim -- ');
  if (text === 'npm run sim') return 'npm run sim -- --seeds 3';
  // The tests of properties/ plant all mutants, and run as many seeds of both levels.
  if (text === 'npm run sim -- mutants') return shortened(`${text} dual-state`);
  if (text.endsWith(' --seeds 20')) return text.replace(' --seeds 20', ' --seeds 3');
  if (/^npm run sim -- (?:mutants|defects)\b/.test(text)) return `${text} --shrink-time 200ms`;
  if (/^npm run sim -- run\b.*--bail/.test(text)) return `${text} --shrink-time 2s`;
  return text.replace('--time 5s', '--time 500ms');
}

/** The id of the last saved replay. The id in the document is from its author's run. */
export function savedId(output: string): string | null {
  return [...output.matchAll(/replays\/[\w-]+-([0-9a-f]{6})\.json/g)].at(-1)?.[1] ?? null;
}

/** `replay 6135ec`, `close 6135ec` or `replay <id>` with the id of the reader's own run. */
export function withId(text: string, id: string | null): string {
  return id === null ? text : text.replace(/\b(replay|shrink|close) (?:[0-9a-f]{6}\b|<id>)/, `$1 ${id}`);
}

export interface Change {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** The change of one line that a `diff` block shows. */
export function changeIn(diff: string): Change {
  const [, file, find, put] = /^--- (\S+)\n-(.*)\n\+(.*)\n$/.exec(diff) ?? [];
  if (file === undefined || find === undefined || put === undefined)
    throw new Error('the diff does not change one line');
  return { file, find, put };
}

/** The text with the change made. Throws unless the line is there once. */
export function changed(text: string, { file, find, put }: Change): string {
  const lines = text.split('\n');
  const places = lines.flatMap((line, index) => (line === find ? [index] : []));
  if (places.length !== 1) throw new Error(`${file} has the line ${places.length} times: ${find.trim()}`);
  return lines.map((line, index) => (index === places[0] ? put : line)).join('\n');
}
