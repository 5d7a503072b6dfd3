/** Parses the output of `--help`, of the program and of each command. */

export interface HelpFlag {
  /** `--seeds <n>` */
  readonly flag: string;
  /** Empty when the flag has no default. */
  readonly defaultValue: string;
}

/** Commands with their arguments, without flags: `run [scenario]`. */
export function commandsInHelp(help: string): string[] {
  return entriesOf(help, 'Commands').map(({ term }) => term.replace('[options] ', '').trim());
}

export function flagsInHelp(help: string, title: 'Options' | 'Global Options'): HelpFlag[] {
  return entriesOf(help, title).map(({ term, text }) => ({
    flag: term.replace(/^-\w, /, ''),
    defaultValue: /\(default: "?([^")]*)"?\)/.exec(text)?.[1] ?? '',
  }));
}

/** The entries under a title. A line with deeper indentation continues the entry before it. */
function entriesOf(help: string, title: string): { term: string; text: string }[] {
  const lines = help.split('\n');
  const start = lines.indexOf(`${title}:`);
  if (start < 0) return [];
  const entries: { term: string; text: string }[] = [];
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith('  ')) break;
    const last = entries.at(-1);
    const [, term, text] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    if (term !== undefined) entries.push({ term, text: text ?? '' });
    else if (last !== undefined) last.text += ` ${line.trim()}`;
  }
  return entries;
}
