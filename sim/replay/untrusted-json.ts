/**
 * Parses untrusted JSON: size and depth are bounded, and keys that could reach a prototype are
 * refused. The engine's messages are replaced, since they differ between versions and quote the
 * input.
 */
import { FORBIDDEN_KEYS } from '../plan/json-value.ts';
import { REPLAY_LIMITS } from './limits.ts';
import { printable } from '../kernel/printable.ts';
import { ReplayError } from './replay-error.ts';

const KEY_SHOWN_LENGTH = 40;

/** Throws ReplayError, whose message continues a sentence that begins with the file's name. */
export function parseUntrustedJson(bytes: Uint8Array): unknown {
  if (bytes.length > REPLAY_LIMITS.fileBytes) {
    throw new ReplayError(`is larger than ${REPLAY_LIMITS.fileBytes / 1024 / 1024} MiB, the limit for replays`);
  }
  const text = decode(bytes);
  if (text.trim() === '') throw new ReplayError('is empty');
  const { depth, unfinished } = survey(text);
  if (depth > REPLAY_LIMITS.depth) throw new ReplayError(`is nested more than ${REPLAY_LIMITS.depth} levels deep`);
  if (unfinished) throw new ReplayError('is truncated JSON; get the complete file');
  const value = parse(text);
  checkKeys(value);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ReplayError('is not UTF-8 text');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ReplayError('is not valid JSON');
  }
}

/** Measures the depth in one pass: the recursive parser must not see a text that is too deep. */
function survey(text: string): { depth: number; unfinished: boolean } {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return { depth: deepest, unfinished: inString || depth > 0 };
}

function checkKeys(root: unknown): void {
  const stack: unknown[] = [root];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) stack.push(item);
      continue;
    }
    for (const key of Object.keys(value)) {
      if (FORBIDDEN_KEYS.has(key)) throw new ReplayError(`has the forbidden key ${key}`);
      if (key.length > REPLAY_LIMITS.keyLength) {
        throw new ReplayError(`has a key that is too long: ${printable(key, KEY_SHOWN_LENGTH)}`);
      }
      stack.push((value as Record<string, unknown>)[key]);
    }
  }
}
