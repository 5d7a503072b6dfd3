/**
 * Colour, decided for each stream: stderr on a terminal has colour while stdout goes to a pipe
 * without.
 */

/** Wraps text in the escape codes of a colour, or returns it unchanged. */
export interface Palette {
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

export interface ColourChoice {
  readonly isTTY?: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False after `--no-color`. */
  readonly allowed: boolean;
}

/**
 * In order of precedence: `--no-color`, FORCE_COLOR, NO_COLOR, whether the stream is a terminal.
 */
export function wantsColour({ isTTY, environment, allowed }: ColourChoice): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = environment;
  if (!allowed) return false;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return isTTY === true && terminal !== 'dumb';
}

export const PLAIN: Palette = {
  red: (text) => text,
  green: (text) => text,
  yellow: (text) => text,
  bold: (text) => text,
  dim: (text) => text,
};

const COLOURED: Palette = {
  red: (text) => `\x1b[31m${text}\x1b[39m`,
  green: (text) => `\x1b[32m${text}\x1b[39m`,
  yellow: (text) => `\x1b[33m${text}\x1b[39m`,
  bold: (text) => `\x1b[1m${text}\x1b[22m`,
  dim: (text) => `\x1b[2m${text}\x1b[22m`,
};

export function paletteFor(choice: ColourChoice): Palette {
  return wantsColour(choice) ? COLOURED : PLAIN;
}
