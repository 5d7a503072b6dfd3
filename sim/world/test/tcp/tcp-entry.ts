/**
 * The shape of an entry of the contract of faults of TCP: a script of a server, a script of a
 * client, and the fault between them. What they say must be the same with Node on loopback and in
 * the simulation.
 */
import type { Direction } from '../../../network/partition.ts';
import type { SegmentationMode } from '../../../network/tcp/segmentation.ts';

/** One message of the first connection, counted from 1 for each direction. */
interface Message {
  readonly direction: Direction;
  readonly message: number;
}

export type InjectedFault =
  | ({
      readonly kind: 'reset-in-message' | 'end-in-message';
      /** The place: a fraction of the message. Below 0.5 it is in the head of an HTTP message. */
      readonly at: number;
    } & Message)
  | ({ readonly kind: 'segmentation'; readonly mode: SegmentationMode } & Message)
  /** From before the client dials until some time after. */
  | { readonly kind: 'connect-refused' | 'connect-unanswered' | 'late-listen' | 'node-stall' | 'slow-reader' };

export interface TcpEntry {
  readonly title: string;
  readonly fault: InjectedFault;
  /** Can use `net`, `http`, `say(who, text)`, `watch(who, emitter, ...events)` and `listen`. */
  readonly server: string;
  /** Can use `net`, `http`, `say`, `watch`, `host` and `port`. */
  readonly client: string;
  /** What each end says, in order. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

/** Helpers of both scripts. Consecutive data is one line, however it was split. */
export const HELPERS = `
const heard = new Map();
const flush = (who) => {
  const text = heard.get(who);
  heard.delete(who);
  if (text !== undefined) emitLine(who, 'data ' + text);
};
const say = (who, text) => { flush(who); emitLine(who, text); };
const hear = (who, data) => heard.set(who, (heard.get(who) ?? '') + data.toString('latin1'));
const shown = (value) => value instanceof Error ? value.code + ' ' + value.message.replace(/ [\\d.]+:\\d+$/, '') : typeof value === 'object' ? '' : String(value);
const watch = (who, emitter, ...names) => {
  for (const name of names)
    emitter.on(name, (value) => name === 'data' ? hear(who, value) : say(who, (name + ' ' + (value === undefined ? '' : shown(value))).trim()));
  return emitter;
};
`;
