/**
 * Parses the bytes of a replay file. The file is untrusted: every error is a ReplayError of one
 * line.
 */
import type * as z from 'zod';
import { printable } from '../kernel/printable.ts';
import { REPLAY_FORMAT, REPLAY_VERSION, type Replay } from './replay-document.ts';
import { ReplayError } from './replay-error.ts';
import { replaySchema } from './schema.ts';
import { upgradeFromVersion1 } from './upgrade.ts';
import { parseUntrustedJson } from './untrusted-json.ts';

const SHOWN_LENGTH = 160;

/** Throws ReplayError, whose message continues a sentence that begins with the file's name. */
export function parseReplay(bytes: Uint8Array): Replay {
  const value = parseUntrustedJson(bytes);
  const document = checkFormat(value);
  const { success, data, error } = replaySchema.safeParse(document);
  if (!success) throw new ReplayError(describe(error));
  const { seed, plan, format: _format, version: _version, ...rest } = data;
  return { ...rest, plan: { seed, ...plan } };
}

/**
 * Checks format and version before the shape, since another format would break every rule at once.
 * Returns the document in today's version.
 */
function checkFormat(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ReplayError('is not a seedstorm replay');
  const { format, version } = value as { format?: unknown; version?: unknown };
  if (format !== REPLAY_FORMAT) throw new ReplayError('is not a seedstorm replay');
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new ReplayError('has no valid format version');
  }
  if (version > REPLAY_VERSION) {
    throw new ReplayError(
      `has format version ${version}, but this seedstorm reads up to ${REPLAY_VERSION}: upgrade seedstorm`,
    );
  }
  return version === 1 ? upgradeFromVersion1(value as Record<string, unknown>) : value;
}

function describe(error: z.ZodError): string {
  const [first] = error.issues;
  if (first === undefined) return 'is not a valid replay';
  const place = first.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  const what = [place.replace(/^\./, ''), lowerFirst(messageOf(first))].filter(Boolean).join(' ');
  return `${printable(`is not a valid replay: ${what}`, SHOWN_LENGTH)}${more}`;
}

/** For an invalid key zod's own message is general; the issue inside says what is wrong. */
function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
