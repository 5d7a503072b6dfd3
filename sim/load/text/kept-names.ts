/**
 * The names of functions in a bundle. A bundle may rename functions, so esbuild gives each its name
 * back when it is created. That makes a function 250 bytes larger, and costs more than most calls
 * of it, so it is left out here where the function has its name without it.
 */
import jsTokens, { type Token } from 'js-tokens';

/** What esbuild's `keepNames` writes. */
const HELPER = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';

const SPARING_HELPER = HELPER.replace('=> ', '=> target.name === value ? target : ');

/** The text, with the same lines, in which a function that has its name is not given it again. */
export function withSparingNames(text: string): string {
  return text.replace(HELPER, () => SPARING_HELPER);
}

/**
 * The text, with the same places, in which an unnamed function that is assigned to a variable or
 * property of its name (`handle = __name(() => …, "handle")`) gets its name from there, as it does
 * in Node.
 */
export function withAssignedNames(text: string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of needless(text)) {
    result += text.slice(from, start) + ' '.repeat(end - start);
    from = end;
  }
  return result + text.slice(from);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A call of `__name` whose value is assigned. */
interface NamingCall extends Range {
  /** The name that an unnamed function has where it is assigned, as it is written in the call. */
  readonly name: string;
  /** The index of the function's first token. */
  readonly first: number;
  isArrow: boolean;
}

/** Nearly all texts without needless calls do not match it. */
const ASSIGNED_CALL = /[=:] (?:\/\* @__PURE__ \*\/ )?__name\(/;

/** `__name(` and `, "handle")` around the functions that are named without them, in order. */
function needless(text: string): Range[] {
  if (!ASSIGNED_CALL.test(text)) return [];
  const ranges: Range[] = [];
  const tokens = new Tokens();
  /** The open brackets around a token: the calls, and null for all other brackets. */
  const open: (NamingCall | null)[] = [];
  for (const { type, value } of jsTokens(text)) {
    if (!tokens.add(type, value)) continue;
    if (value === '=>') {
      const call = open.at(-1);
      if (call) call.isArrow = true;
    } else if (value === '(' || value === '[' || value === '{') {
      open.push(value === '(' ? tokens.callAtEnd() : null);
    } else if (value === ')' || value === ']' || value === '}') {
      const call = open.pop();
      if (call && tokens.endCall(call)) ranges.push(call, { start: tokens.startOfLast(3), end: tokens.end });
    }
  }
  return ranges.sort((one, other) => one.start - other.start);
}

/** The tokens up to a place, without white space and comments. Texts have hundreds of thousands. */
class Tokens {
  end = 0;
  readonly #values: string[] = [];
  readonly #starts: number[] = [];

  /** Returns false for white space and comments. */
  add(type: Token['type'], value: string): boolean {
    const start = this.end;
    this.end += value.length;
    if (type === 'WhiteSpace' || type === 'LineTerminatorSequence' || type.endsWith('Comment')) return false;
    this.#values.push(value);
    this.#starts.push(start);
    return true;
  }

  /** 1 is the last one. */
  startOfLast(back: number): number {
    return this.#starts.at(-back) ?? 0;
  }

  /** The call that the last token opens. */
  callAtEnd(): NamingCall | null {
    if (this.#values.at(-2) !== '__name') return null;
    const [before = '', assigned = '', assignment] = this.#values.slice(-5);
    const isVariable = assignment === '=' && before !== '.';
    const isProperty = assignment === ':' && (before === '{' || before === ',');
    if (!isVariable && !isProperty) return null;
    const name = assigned.startsWith('"') ? assigned : `"${assigned}"`;
    return { name, start: this.startOfLast(2), end: this.end, first: this.#values.length, isArrow: false };
  }

  /** Whether the last token ends a call that gives an unnamed function the name it has. */
  endCall({ name, first, isArrow }: NamingCall): boolean {
    if (this.#values.at(-2) !== name || this.#values.at(-3) !== ',') return false;
    const words = this.#values.slice(first, first + 4).join(' ');
    return isArrow || /^(async )?function (\* )?\(|^class (\{|extends )/.test(words);
  }
}
