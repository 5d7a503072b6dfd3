/** Sends until the network takes no more, for the contract of sockets. */
import { sendingOn, type SocketPair, type SocketTarget } from './socket-target.ts';

export const FRAME_BYTES = 262_144;

const frame = (number: number): string => `${number} `.padEnd(FRAME_BYTES, 'x');
const framesIn = (log: readonly string[]): number[] => log.map((what) => Number(what.split(' ')[1]));
/** Returns whether frames are numbered from 1 on, without a gap. */
export const isCounting = (log: readonly string[]): boolean =>
  framesIn(log).every((number, index) => number === index + 1);

export interface Held {
  readonly callbacks: readonly string[];
  readonly sent: number;
}

/** Sends until a callback is not called. */
export async function sendUntilHeld(target: SocketTarget, pair: SocketPair): Promise<Held> {
  const sending = sendingOn(pair.server);
  let sent = 0;
  do {
    sent += 1;
    sending.send(frame(sent));
    await target.pause();
    await target.pause();
  } while (sending.callbacks.length === sent);
  return {
    callbacks: sending.callbacks,
    get sent() {
      return sent;
    },
  };
}
