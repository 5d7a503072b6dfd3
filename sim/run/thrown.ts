/**
 * Describes an error that a system threw, with the function and source file that threw it. Line
 * numbers are left out, because they belong to the bundle.
 */
import type { SystemImage } from '../system/image.ts';
import { thrownText } from '../kernel/thrown-text.ts';
import { framesIn, type SimulatedFrame } from '../system/stack-frames.ts';

export interface Thrown {
  /**
   * `TypeError in Streams.settle`: the same for one cause, independent of the message. Without the
   * function if it is unknown.
   */
  readonly subject: string;
  /** The message and the place on the first line, the call stack on the others. */
  readonly text: string;
}

export function readThrown(reason: unknown, fileAt: SystemImage['fileAt']): Thrown {
  const error = asError(reason);
  if (error === null) return { subject: typeof reason, text: thrownText(reason) };
  const frames = framesIn(error.stack);
  const files = frames.map(({ place }) => fileAt?.(place) ?? place.text);
  const own = ownFirst(frames);
  const [name = ''] = own.map((frame) => frame.name).filter((one) => one !== '');
  const [innermost] = own;
  const file = innermost === undefined ? '' : (files[frames.indexOf(innermost)] ?? '');
  const calls = frames.map(
    (frame, index) => `  at ${frame.name === '' ? 'a function' : frame.name} in ${files[index]}`,
  );
  const where = file === '' ? '' : `, in ${name === '' ? '' : `${name} of `}${file}`;
  const [first = '', ...rest] = `${error.name}: ${error.message}`.split('\n');
  return {
    subject: name === '' ? error.name : `${error.name} in ${withoutNumber(name)}`,
    text: [`${first}${where}`, ...rest, ...calls].join('\n'),
  };
}

/**
 * The frames of the system's own code, if any: an error in a package is attributed to its caller.
 */
function ownFirst(frames: readonly SimulatedFrame[]): readonly SimulatedFrame[] {
  const own = frames.filter(({ place }) => !place.text.includes('packages.js'));
  return own.length > 0 ? own : frames;
}

/**
 * esbuild numbers functions of the same name (`settle2`) depending on other modules, so the number
 * says nothing about the cause.
 */
function withoutNumber(name: string): string {
  return name.replace(/\d+$/, '');
}

/** Returns the parts of an error as strings, or null if the value is not a readable Error. */
function asError(reason: unknown): Record<'name' | 'message' | 'stack', string> | null {
  if (!(reason instanceof Error)) return null;
  try {
    return { name: String(reason.name), message: String(reason.message), stack: String(reason.stack) };
  } catch {
    return null;
  }
}
