/**
 * Describes an error that a system threw, with the function and source file that threw it.
 */
import type { SystemImage } from '../system/image.ts';
import { fileAs, joined, placed, type PlacedText, type SimulatedPlace } from '../kernel/placed-text.ts';
import { thrownText } from '../kernel/thrown-text.ts';
import { framesIn } from '../system/stack-frames.ts';
import type { RejectedCommand } from './rejected-command.ts';

export interface Thrown {
  /**
   * `TypeError in Streams.settle`: the same for one cause, independent of the message. Without the
   * function if it is unknown.
   */
  readonly subject: string;
  /** The message and the place on the first line, the call stack on the others. */
  readonly text: PlacedText;
}

/** `commandOf`: the Redis command that was rejected with a message, if there is one. */
export function readThrown(
  reason: unknown,
  { fileAt, functionAt }: Pick<SystemImage, 'fileAt' | 'functionAt'>,
  commandOf: (message: string) => RejectedCommand | null = () => null,
): Thrown {
  const error = asError(reason);
  if (error === null) return { subject: typeof reason, text: placed`${thrownText(reason)}` };
  const frames = framesIn(error.stack).map(({ name, place }) => {
    const file = fileAt?.(place) ?? place.text;
    return { name, file, place, where: fileAs(file, place) };
  });
  const [first = '', ...rest] = `${error.name}: ${error.message}`.split('\n');
  const calls = frames.map((frame) => placed`  at ${frame.name === '' ? 'a function' : frame.name} in ${frame.where}`);
  const { subject, where } = blame(error, frames, (place) => functionAt?.(place), commandOf);
  return { subject, text: joined([placed`${first}${where}`, ...rest, ...calls], '\n') };
}

interface Frame {
  /** Empty for a function without a name. */
  readonly name: string;
  readonly file: string;
  readonly place: SimulatedPlace;
  /** The file with its place. */
  readonly where: PlacedText;
}

/**
 * The system's own code, if it is on the stack: an error in a package is attributed to its caller.
 * Else the Redis command that was rejected. Else the package. If none of the functions has a name,
 * `functionAt` names the innermost one by its place.
 */
function blame(
  { name: kind, message }: { readonly name: string; readonly message: string },
  frames: readonly Frame[],
  functionAt: (place: SimulatedPlace) => string | undefined,
  commandOf: (message: string) => RejectedCommand | null,
): { readonly subject: string; readonly where: string | PlacedText } {
  const own = frames.filter(({ file }) => !isOfPackage(file));
  const command = own.length > 0 ? null : commandOf(message);
  if (command !== null) {
    const { name, key } = command;
    const called = key === '' ? name : `${name} ${key}`;
    return { subject: `${kind} of ${name}`, where: `, from the Redis command ${called}` };
  }
  const [innermost] = own.length > 0 ? own : frames;
  if (innermost === undefined) return { subject: kind, where: '' };
  const name = (own.length > 0 ? own : frames).find((frame) => frame.name !== '')?.name;
  const byPlace = name === undefined ? functionAt(innermost.place) : undefined;
  const called = name ?? byPlace;
  if (called === undefined) return { subject: kind, where: placed`, in ${innermost.where}` };
  return {
    subject: `${kind} in ${byPlace ?? withoutNumbers(called)}`,
    where: placed`, in ${called} of ${innermost.where}`,
  };
}

/** Packages with state are in the text of the system, so the name of the text says nothing. */
function isOfPackage(file: string): boolean {
  return file.includes('node_modules/') || file.endsWith('packages.js');
}

/**
 * esbuild numbers functions and classes of the same name (`Streams2.settle`) depending on other
 * modules, so the number says nothing about the cause.
 */
function withoutNumbers(name: string): string {
  return name.replaceAll(/\d+(?=\.|$)/g, '');
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
