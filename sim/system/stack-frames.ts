/** Stack frames of code under simulation. */
import type { SimulatedPlace } from '../kernel/placed-text.ts';
import type { CodeFrame } from '../kernel/record-code.ts';

/** Prefix of the file names that simulated code has on stacks. */
export const SIMULATED_FILE = 'simulated:';

const FRAMES_MAX = 64;

/**
 * Names of the simulated functions on the stack, innermost first, without anonymous ones. Names
 * only: positions differ between machines and between versions of the code.
 */
export function simulatedCallers(): string[] {
  return namesIn(simulatedFrames());
}

/** The innermost simulated function that has a name, or null, and the innermost place. */
export function simulatedCaller(): { readonly name: string | null; readonly place: SimulatedPlace } | null {
  const frames = simulatedFrames();
  const [innermost] = frames;
  if (innermost === undefined) return null;
  let name: string | null = null;
  for (const frame of frames) if ((name = nameOf(frame)) !== null) break;
  return { name, place: placeOf(innermost) };
}

/**
 * Place of the innermost simulated code on the stack, or null. For messages only: it never enters a
 * record.
 */
export function simulatedPlace(): SimulatedPlace | null {
  const [frame] = simulatedFrames();
  return frame === undefined ? null : placeOf(frame);
}

/** The simulated functions on the stack, innermost first. For messages only. */
export function simulatedPath(): CodeFrame[] {
  return simulatedFrames().map((frame) => ({ name: nameOf(frame) ?? '', place: placeOf(frame) }));
}

/**
 * `    at async Streams.settle [as run] (simulated:system.js:12:5)`, or without a name `    at
 * simulated:system.js:12:5`.
 */
const FRAME = new RegExp(
  `^ {4}at (?:async )?(?:([^(]{1,100}?)(?: \\[as [^\\]]{0,100}\\])? \\()?${SIMULATED_FILE}(\\S{1,200}?):(\\d{1,9}):(\\d{1,9})`,
);

/** The frames of simulated code in the text of a stack, innermost first. */
export function framesIn(stack: string): CodeFrame[] {
  const lines = stack.split('\n').filter((line) => line.startsWith('    at '));
  return lines.slice(0, FRAMES_MAX).flatMap((line) => {
    const [, name = '', text, number, column] = FRAME.exec(line) ?? [];
    if (text === undefined) return [];
    const place = { text, line: Number(number), column: Number(column) };
    return [{ name: name.includes('<anonymous>') ? '' : name, place }];
  });
}

function simulatedFrames(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = FRAMES_MAX;
    Error.prepareStackTrace = (_error, frames) => frames;
    Error.captureStackTrace(holder, simulatedFrames);
    const frames = holder.stack as NodeJS.CallSite[];
    return frames.filter((frame) => frame.getFileName()?.startsWith(SIMULATED_FILE));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    // May be undefined, although its type says that it never is.
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function namesIn(frames: readonly NodeJS.CallSite[]): string[] {
  return frames.flatMap((frame) => nameOf(frame) ?? []);
}

/** Null for a function without a name. */
function nameOf(frame: NodeJS.CallSite): string | null {
  const name = frame.getFunctionName();
  return name === null || name.includes('<anonymous>') ? null : qualified(name, frame);
}

function placeOf(frame: NodeJS.CallSite): SimulatedPlace {
  const text = (frame.getFileName() ?? '').slice(SIMULATED_FILE.length);
  return { text, line: frame.getLineNumber() ?? 0, column: frame.getColumnNumber() ?? 1 };
}

/** Types that say nothing about a function: a callback of a timer has the timer as `this`. */
const UNNAMED_TYPES: ReadonlySet<string> = new Set(['Object', 'Function', 'AmbientTimer']);

function qualified(name: string, frame: NodeJS.CallSite): string {
  if (frame.isConstructor()) return `new ${name}`;
  const type = frame.isToplevel() ? null : frame.getTypeName();
  if (type === null || UNNAMED_TYPES.has(type) || name.includes('.')) return name;
  return `${type}.${name}`;
}
