/**
 * Reads JSON that anybody may have written: bounded in size and depth, without keys that could reach a prototype, and with
 * messages of our own, since those of the engine differ between versions and quote the input.
 */
import { FORBIDDEN_KEYS } from '../plan/json-value.ts';
import { REPLAY_LIMITS } from './limits.ts';
import { printable } from '../kernel/printable.ts';
import { ReplayError } from './replay-error.ts';

const KEY_SHOWN_LENGTH = 40;

/** The value. Throws ReplayError with what is wrong, to be put behind the file's name. */
export function parseUntrustedJson(bytes: Uint8Array): unknown {
  if (bytes.length > REPLAY_LIMITS.fileBytes) {
    throw new ReplayError(`is larger than ${REPLAY_LIMITS.fileBytes / 1024 / 1024} MiB, which no replay needs`);
  }
  const text = decode(bytes);
  if (text.trim() === '') throw new ReplayError('is empty');
  const { depth, unfinished } = survey(text);
  if (depth > REPLAY_LIMITS.depth) throw new ReplayError(`is nested more than ${REPLAY_LIMITS.depth} levels deep`);
  if (unfinished) throw new ReplayError('ends in the middle of its JSON; get the whole file');
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

/** One pass over the text, so that depth is known before anything recursive sees it. */
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
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) waiting.push(item);
      continue;
    }
    for (const key of Object.keys(value)) {
      if (FORBIDDEN_KEYS.has(key)) throw new ReplayError(`has the key ${key}, which no replay needs`);
      if (key.length > REPLAY_LIMITS.keyLength) {
        throw new ReplayError(`has a key that is too long: ${printable(key, KEY_SHOWN_LENGTH)}`);
      }
      waiting.push((value as Record<string, unknown>)[key]);
    }
  }
}
