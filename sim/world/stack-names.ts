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

/** A frame of a stack's text, of a function with a name: `at async Streams.settle [as run] (simulated:system.js:12:5)`. */
const NAMED_FRAME = new RegExp(
  `^ {4}at (?:async )?((?:new )?[^ (]{1,100})(?: \\[as [^\\]]*\\])? \\(${SIMULATED_FILE}(\\S*)`,
);

/** The innermost function with a name in the text of a stack: of the system itself, or else of its packages; null when there is none. */
export function innermostIn(stack: string): string | null {
  let ofPackages: string | null = null;
  for (const line of stack.split('\n', FRAMES_MAX)) {
    const [, name, file] = NAMED_FRAME.exec(line) ?? [];
    if (name === undefined || file === undefined || name.includes('<anonymous>')) continue;
    if (!file.includes('packages.js')) return name;
    ofPackages ??= name;
  }
  return ofPackages;
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
