/** Who is calling, by the names of functions: no positions, which differ between machines and versions of the code. */

/** File names given to the texts that are evaluated for simulation begin so; that is how frames of theirs are told apart. */
export const SIMULATED_FILE = 'simulated:';

const FRAMES_MAX = 64;

/** A line of a text that is evaluated for simulation, by the text's name. */
export interface SimulatedPlace {
  readonly text: string;
  readonly line: number;
}

/** Names of the simulated functions on the stack, innermost first; anonymous ones and all others are left out. */
export function simulatedCallers(): string[] {
  return namesIn(simulatedFrames());
}

/** Where the innermost simulated code on the stack stands; null when there is none. For messages alone: it never enters a record. */
export function simulatedPlace(): SimulatedPlace | null {
  const [frame] = simulatedFrames();
  if (frame === undefined) return null;
  return { text: (frame.getFileName() ?? '').slice(SIMULATED_FILE.length), line: frame.getLineNumber() ?? 0 };
}

/** A frame of the text of a stack that is of simulated code. */
export interface SimulatedFrame {
  /** `Streams.settle`; empty for a function without a name. */
  readonly name: string;
  readonly place: SimulatedPlace;
}

/** `    at async Streams.settle [as run] (simulated:system.js:12:5)`, or without a name `    at simulated:system.js:12:5`. */
const FRAME = new RegExp(
  `^ {4}at (?:async )?(?:([^(]{1,100}?)(?: \\[as [^\\]]{0,100}\\])? \\()?${SIMULATED_FILE}(\\S{1,200}?):(\\d{1,9}):`,
);

/** The frames of simulated code in the text of a stack, innermost first. */
export function framesIn(stack: string): SimulatedFrame[] {
  const lines = stack.split('\n').filter((line) => line.startsWith('    at '));
  return lines.slice(0, FRAMES_MAX).flatMap((line) => {
    const [, name = '', text, number] = FRAME.exec(line) ?? [];
    if (text === undefined) return [];
    return [{ name: name.includes('<anonymous>') ? '' : name, place: { text, line: Number(number) } }];
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
    // Typed as always there, yet absent by default.
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function namesIn(frames: readonly NodeJS.CallSite[]): string[] {
  const names: string[] = [];
  for (const frame of frames) {
    const name = frame.getFunctionName();
    if (name === null || name.includes('<anonymous>')) continue;
    names.push(qualified(name, frame));
  }
  return names;
}

function qualified(name: string, frame: NodeJS.CallSite): string {
  if (frame.isConstructor()) return `new ${name}`;
  const type = frame.isToplevel() ? null : frame.getTypeName();
  if (type === null || type === 'Object' || type === 'Function' || name.includes('.')) return name;
  return `${type}.${name}`;
}
