/** Who is calling, by the names of functions: no positions, which differ between machines and versions of the code. */

/** File names given to the texts that are evaluated for simulation begin so; that is how frames of theirs are told apart. */
export const SIMULATED_FILE = 'simulated:';

const FRAMES_MAX = 64;

/** Names of the simulated functions on the stack, innermost first; anonymous ones and all others are left out. */
export function simulatedCallers(): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = FRAMES_MAX;
    Error.prepareStackTrace = (_error, frames) => frames;
    Error.captureStackTrace(holder, simulatedCallers);
    return namesIn(holder.stack as NodeJS.CallSite[]);
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
    if (name === null || name.includes('<anonymous>') || !frame.getFileName()?.startsWith(SIMULATED_FILE)) continue;
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
