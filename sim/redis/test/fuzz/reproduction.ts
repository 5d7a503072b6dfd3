/** Prints differences: commands as one types them into redis-cli, and the two replies. */
import type { Bytes, Case } from './case.ts';
import { acceptedBy } from './accepted.ts';
import type { Difference } from './compare.ts';
import { type Found, type FuzzResult, rareOf } from './fuzzer.ts';
import { commandsOf } from './generate.ts';
import { parseReplies, type Tree } from './resp.ts';

/** Replies are cut at this number of characters. */
const REPLY_MAX = 400;

/** Quotes bytes as redis-cli reads them. */
export function quote(bytes: Bytes): string {
  if (/^[\w.:*+\-@#(/^$?<>=~]+$/.test(bytes)) return bytes;
  const escaped = bytes.replaceAll(/[\\"]|[^ -~]/g, (byte) => {
    if (byte === '\\' || byte === '"') return `\\${byte}`;
    if (byte === '\n') return '\\n';
    if (byte === '\r') return '\\r';
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

/** A command or option that was generated fewer times in a full run was hardly tested. */
const GENERATED_MIN = 50;

/** A distinct difference in two lines: its signature and its reproduction. */
export function found({ tested, difference }: Found): string {
  return `\n${difference.signature}\n  ${reproduction(tested, difference)}`;
}

/** The figures of a run. */
export function figures(result: FuzzResult, groups: readonly string[], durationMs: number): string {
  const { commands, cases, differences, unstable, generated } = result;
  const accepted = [...differences.values()].filter((each) => acceptedBy(each) !== undefined).length;
  const rare = rareOf(commandsOf(groups), generated, GENERATED_MIN).map(([name, times]) => `${name} (${times})`);
  return [
    '',
    `${commands} commands in ${cases} cases, ${Math.round((commands * 1000) / durationMs)} commands/s`,
    `${differences.size - accepted} distinct differences, ${accepted} accepted, ${unstable} did not recur`,
    `generated fewer than ${GENERATED_MIN} times: ${rare.length === 0 ? 'none' : rare.join(', ')}`,
  ].join('\n');
}

/** One line: the commands, and the replies of Redis (`R`) and the model (`M`). */
export function reproduction({ isInterleaved, protocol, steps }: Case, { client, real, model }: Difference): string {
  const commands = steps.map((step) => {
    const command = step.words.map(quote).join(' ');
    const pause = step.pauseMs === undefined ? '' : ` (wait ${step.pauseMs} ms)`;
    return `${isInterleaved ? `${step.client}> ` : ''}${command}${pause}`;
  });
  const at = isInterleaved ? ` at ${client}` : '';
  return `${protocol === 3 ? 'HELLO 3; ' : ''}${commands.join('; ')}  R${at}: ${printed(real)}  M${at}: ${printed(model)}`;
}

function printed(received: Bytes): string {
  const text = received === '' ? 'nothing' : replies(received);
  return text.length > REPLY_MAX ? `${text.slice(0, REPLY_MAX)}…` : text;
}

function replies(received: Bytes): string {
  try {
    return parseReplies(received).map(printTree).join(' ');
  } catch {
    return received
      .split('\n')
      .slice(0, 3)
      .map((line) => line.trim())
      .join(' ');
  }
}

function printTree({ kind, text, items }: Tree): string {
  if (items !== null) return `${kind === '*' ? '' : kind}[${items.map(printTree).join(', ')}]`;
  if (text === null) return kind === '_' ? 'null' : `${kind}-1`;
  return kind === '$'
    ? quote(text)
    : `${kind}${kind === '-' || kind === '+' ? [...text].map((c) => (/[ -~]/.test(c) ? c : quote(c).slice(1, -1))).join('') : text}`;
}
