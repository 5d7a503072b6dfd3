/** The server on all levels: it sends each message back. */

/** The used part of a socket of `ws`. */
export interface EchoSocket {
  // `any` as in the signature of Node's event emitter.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...parameters: any[]) => void): unknown;
  send(text: string): void;
}

export function echo(socket: EchoSocket): void {
  socket.on('message', (data: Buffer) => socket.send(data.toString()));
}
