/** Sending until nothing more is taken, for the contract of sockets. */
import { sendingOn, type SocketPair, type SocketPlace } from './socket-place.ts';

export const FRAME_BYTES = 262_144;

const frame = (number: number): string => `${number} `.padEnd(FRAME_BYTES, 'x');
const framesIn = (heard: readonly string[]): number[] => heard.map((what) => Number(what.split(' ')[1]));
/** Whether frames are numbered from 1 on, without a gap. */
export const isCounting = (heard: readonly string[]): boolean =>
  framesIn(heard).every((number, index) => number === index + 1);

export interface Held {
  readonly told: readonly string[];
  readonly sent: number;
}

/** Sends until a callback does not come. */
export async function sendUntilHeld(place: SocketPlace, pair: SocketPair): Promise<Held> {
  const sending = sendingOn(pair.server);
  let sent = 0;
  do {
    sent += 1;
    sending.send(frame(sent));
    await place.pause();
    await place.pause();
  } while (sending.told.length === sent);
  return {
    told: sending.told,
    get sent() {
      return sent;
    },
  };
}

/** A reader that reads nothing, or little: what waits is counted, and comes in order when it reads again. */
