/**
 * What a system threw, and where: in which function of which of its source files. The lines are those of the bundled text, and not told.
 */
import type { SystemImage } from '../system/image.ts';
import { thrownText } from '../kernel/thrown-text.ts';
import { framesIn, type SimulatedFrame } from '../system/stack-frames.ts';

export interface Thrown {
  /** `TypeError in Streams.settle`: the same for one cause, whatever it said; without the function when nobody knows it. */
  readonly subject: string;
  /** What was said and where on the first line, the calls that led to it on those after it. */
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

/** Where a package threw, whoever called it is at the cause. */
function ownFirst(frames: readonly SimulatedFrame[]): readonly SimulatedFrame[] {
  const own = frames.filter(({ place }) => !place.text.includes('packages.js'));
  return own.length > 0 ? own : frames;
}

/** esbuild numbers functions of one name, `settle2`, by whatever other modules hold: another number is no other cause. */
function withoutNumber(name: string): string {
  return name.replace(/\d+$/, '');
}

/** Its parts as texts; null for what is no error, or can't be read as one. */
function asError(reason: unknown): Record<'name' | 'message' | 'stack', string> | null {
  if (!(reason instanceof Error)) return null;
  try {
    return { name: String(reason.name), message: String(reason.message), stack: String(reason.stack) };
  } catch {
    return null;
  }
}
