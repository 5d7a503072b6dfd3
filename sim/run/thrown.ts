/**
 * What a system threw, and where: in which function of which of its source files. The lines are those of the bundled text, and not told.
 */
import type { SystemImage } from '../world/image.ts';
import { framesIn, type SimulatedFrame } from '../world/stack-names.ts';

export interface Thrown {
  /** `TypeError in Streams.settle`: the same for one cause, whatever it said; without the function when nobody knows it. */
  readonly about: string;
  /** What was said and where on the first line, the calls that led to it on those after it. */
  readonly text: string;
}

export function readThrown(reason: unknown, fileAt: SystemImage['fileAt']): Thrown {
  if (!(reason instanceof Error)) return { about: typeof reason, text: String(reason) };
  const frames = framesIn(String(reason.stack));
  const files = frames.map(({ place }) => fileAt?.(place) ?? place.text);
  const own = ownFirst(frames);
  const [name = ''] = own.map((frame) => frame.name).filter((one) => one !== '');
  const [innermost] = own;
  const file = innermost === undefined ? '' : (files[frames.indexOf(innermost)] ?? '');
  const calls = frames.map(
    (frame, index) => `  at ${frame.name === '' ? 'a function' : frame.name} in ${files[index]}`,
  );
  const where = file === '' ? '' : `, in ${name === '' ? '' : `${name} of `}${file}`;
  const [first = '', ...rest] = `${reason.name}: ${reason.message}`.split('\n');
  return {
    about: name === '' ? reason.name : `${reason.name} in ${name}`,
    text: [`${first}${where}`, ...rest, ...calls].join('\n'),
  };
}

/** Where a package threw, whoever called it is at the cause. */
function ownFirst(frames: readonly SimulatedFrame[]): readonly SimulatedFrame[] {
  const own = frames.filter(({ place }) => !place.text.includes('packages.js'));
  return own.length > 0 ? own : frames;
}
