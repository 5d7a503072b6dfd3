/**
 * What `node:net` shares with its native handles: a few numbers that a handle sets before it calls
 * back, and libuv's error numbers. Only this file names Node's internal bindings. They are read
 * when the first socket is made; `net.contract.test.ts` checks them on each version of Node.
 */
import net from 'node:net';
import { getSystemErrorMap } from 'node:util';
import type { TcpErrorCode } from '../../system/tcp.ts';

interface StreamBinding {
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kArrayBufferOffset: number;
  readonly kBytesWritten: number;
  readonly kLastWriteWasAsync: number;
  /** Since Node 24. */
  readonly kLastWriteErr?: number;
}

type Binding = (name: string) => unknown;

const binding = (process as unknown as { binding: Binding }).binding.bind(process);

let stream: StreamBinding | null = null;

function streamBinding(): StreamBinding {
  stream ??= binding('stream_wrap') as StreamBinding;
  return stream;
}

/** Tells `node:net` how the read that is about to be delivered ended: its size, or an error. */
export function setRead(bytesOrError: number): void {
  const { streamBaseState, kReadBytesOrError, kArrayBufferOffset } = streamBinding();
  streamBaseState[kReadBytesOrError] = bytesOrError;
  streamBaseState[kArrayBufferOffset] = 0;
}

/** Tells `node:net` what became of the write that was just requested. */
export function setWritten(bytes: number, isAsync: boolean): void {
  const { streamBaseState, kBytesWritten, kLastWriteWasAsync, kLastWriteErr } = streamBinding();
  streamBaseState[kBytesWritten] = bytes;
  streamBaseState[kLastWriteWasAsync] = isAsync ? 1 : 0;
  if (kLastWriteErr !== undefined) streamBaseState[kLastWriteErr] = 0;
}

/** The prototype of native TCP handles: `node:net` tests handles by it. */
export function tcpPrototype(): object {
  return (binding('tcp_wrap') as { TCP: { prototype: object } }).TCP.prototype;
}

const NUMBERS = new Map([...getSystemErrorMap()].map(([number, [name]]) => [name, number]));

/** libuv's negative number of an error. */
export function errorNumber(code: TcpErrorCode | 'EOF' | 'EINVAL' | 'ENOTCONN' | 'EBADF'): number {
  return NUMBERS.get(code) ?? -1;
}

/** The property in which `node:net` keeps the socket or server that owns a handle. */
export function ownerSymbol(): symbol {
  const probe = { readStart: () => 0, readStop: () => 0, close: () => undefined, reading: false };
  new net.Socket({ handle: probe, manualStart: true } as net.SocketConstructorOpts);
  const symbol = Object.getOwnPropertySymbols(probe).find(({ description }) => description === 'owner_symbol');
  if (symbol === undefined) throw new Error(`node:net of Node ${process.version} sets no owner of its handles`);
  return symbol;
}

/** A copy with its own array buffer, as `node:net` gets each read. */
export function copyOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
