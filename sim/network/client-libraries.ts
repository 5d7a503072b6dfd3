/** The libraries behind an actor's connections, evaluated under simulation. */

/** The part of the WebSocket client of `ws` that the simulator drives. */
export interface WireSocket {
  binaryType: string;
  readonly readyState: number;
  readonly protocol: string;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  once(event: string, listener: (...values: never[]) => void): unknown;
  on(event: string, listener: (...values: never[]) => void): unknown;
  removeAllListeners(event: string): unknown;
}

export interface ClientLibraries {
  readonly WebSocket: new (
    url: string,
    protocols: string[],
    options: { readonly headers?: Readonly<Record<string, string>>; readonly perMessageDeflate: boolean },
  ) => WireSocket;
}
