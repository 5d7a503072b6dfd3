/**
 * Lines of JSON loggers such as pino, bunyan and winston, with the message first. Cut at the end, a
 * line of theirs would show the level, the time and the process only.
 */

/** Fields of every line, which a report shows itself or which mean nothing in a simulation. */
const ROUTINE: ReadonlySet<string> = new Set(['time', 'timestamp', 'pid', 'hostname', 'v']);

const LEVELS: Readonly<Record<string, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Longer lines are not parsed. */
const LENGTH_MAX = 20_000;

/** `info request completed status=200` for such a line; the line itself for any other. */
export function logLineText(line: string): string {
  const entry = parsed(line);
  if (entry === null) return line;
  const { level, msg, message = msg, ...fields } = entry;
  if (typeof message !== 'string' || (typeof level !== 'number' && typeof level !== 'string')) return line;
  const rest = Object.entries(fields).filter(([name]) => name !== 'msg' && !ROUTINE.has(name));
  return [LEVELS[level] ?? String(level), message, ...rest.map(([name, value]) => `${name}=${valueText(value)}`)].join(
    ' ',
  );
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{') || line.length > LENGTH_MAX) return null;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

/** Of an error, which loggers write with its stack, only class and message. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'stack' in value && 'message' in value) {
    const { type = 'Error', message } = value as { type?: unknown; message: unknown };
    return `${String(type)}: ${String(message)}`;
  }
  return JSON.stringify(value) ?? '';
}
