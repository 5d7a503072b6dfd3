/** How a socket ends, and how its end is counted. */
import { closings, type Farewell } from './closings.ts';
import type { Socket, SocketListener } from './ports.ts';

export function endSocket(socket: Socket, { code, reason, manner }: Farewell): void {
  if (manner === 'terminate') socket.terminate();
  // 1006 is never sent: it means that a connection broke without a close frame.
  else if (manner === 'close') socket.close(code === 1006 ? closings.internal.closeCode : code, reason);
}

/** For connections that are refused. */
export const ignoringListener: SocketListener<null> = {
  onMessage: () => undefined,
  onBinary: () => undefined,
  onPong: () => undefined,
  onClose: () => undefined,
};

/** Peers may close with any code. A label for each would use much memory. */
export function closeCodeLabel(code: number): string {
  const isKnown = code < 1100 || Object.values(closings).some(({ closeCode }) => closeCode === code);
  return isKnown ? String(code) : 'other';
}
