/**
 * A TCP handle as `node:net` drives it, over a simulated stack. The real `net.Socket` and
 * `net.Server` use it in place of libuv's, so that streams, half-open connections, back-pressure,
 * events and error texts are Node's own.
 *
 * The methods follow Node's `TCPWrap`, `StreamBase` and `LibuvStreamWrap`: they return 0 or libuv's
 * negative error number, and call `oncomplete` of a request when it has ended.
 */
import type { TcpEnd, TcpEndEvents, TcpErrorCode, TcpListener, TcpStack } from '../../system/tcp.ts';
import {
  ANY_IPV4,
  ANY_IPV6,
  type Bound,
  isMapped,
  networkAddress,
  show,
  type ShownAddress,
} from './handle-addresses.ts';
import { HandleReads } from './handle-reads.ts';
import type { Request, WriteResult } from './handle-writes.ts';
import { errorNumber, ownerSymbol, setRead, setWritten } from './stream-base.ts';

export interface TcpHandleParts {
  readonly stack: TcpStack;
  /** Keeps the process alive until the returned function is called. */
  readonly reference: () => () => void;
  /** Called when `node:net` has made the socket of this handle. */
  readonly onOwned: (handle: TcpHandle, owner: object) => void;
}

export class TcpHandle extends HandleReads implements TcpEndEvents {
  // Set by `node:net`.
  onconnection: ((status: number, handle?: TcpHandle) => void) | null = null;
  reading = false;
  // Read by `node:net` and `node:http`.
  bytesWritten = 0;
  readonly #parts: TcpHandleParts;
  #owner: object | null = null;
  #end: TcpEnd | null = null;
  #listener: TcpListener | null = null;
  #bound: Bound | null = null;
  #connecting: Request | null = null;
  #isReferenced = true;
  /** Writes and shutdowns that are not complete. */
  #requests = 0;
  #forgetEnd: (() => void) | null = null;
  /** Lets the process end; null while the handle does not keep it alive. */
  #letGo: (() => void) | null = null;
  #isClosed = false;
  /** The server's socket shows addresses as IPv6, because it listens on `::`. */
  #isDualStack = false;

  constructor(parts: TcpHandleParts) {
    super();
    if (!isPrepared) prepare();
    this.#parts = parts;
  }

  /** The handle of an accepted connection. */
  static accepted(parts: TcpHandleParts, end: TcpEnd, isDualStack: boolean): TcpHandle {
    const handle = new TcpHandle(parts);
    handle.#end = end;
    handle.#isDualStack = isDualStack;
    handle.#opened();
    return handle;
  }

  get owner(): object | null {
    return this.#owner;
  }

  set owner(owner: object | null) {
    this.#owner = owner;
    if (owner !== null) this.#parts.onOwned(this, owner);
  }

  get writeQueueSize(): number {
    return this.#end?.queuedBytes ?? 0;
  }

  bind(address: string, port: number): number {
    return this.#bind({ address, port, isIPv6: false });
  }

  bind6(address: string, port: number): number {
    return this.#bind({ address, port, isIPv6: true });
  }

  listen(backlog: number): number {
    const { stack } = this.#parts;
    const { address, port, isIPv6 } = this.#bound ?? { address: ANY_IPV6, port: 0, isIPv6: true };
    const listener = stack.listen({ address: networkAddress(address), port }, backlog, (end, attach) =>
      this.#accept(end, attach, isIPv6),
    );
    if (typeof listener === 'string') return errorNumber(listener);
    this.#listener = listener;
    this.#opened();
    return 0;
  }

  connect(request: Request, address: string, port: number): number {
    const { stack } = this.#parts;
    const { address: localAddress, port: localPort } = this.#bound ?? { address: ANY_IPV4, port: 0 };
    const isAny = localAddress === ANY_IPV4 || localAddress === ANY_IPV6;
    const local = isAny ? { port: localPort } : { address: localAddress, port: localPort };
    this.#connecting = request;
    this.#opened();
    this.#isDualStack = isMapped(address);
    this.#end = stack.connect({ address: networkAddress(address), port }, this, local);
    return 0;
  }

  connect6(request: Request, address: string, port: number): number {
    return this.connect(request, address, port);
  }

  open(): number {
    return errorNumber('EINVAL');
  }

  readStart(): number {
    this.isStopped = false;
    this.#end?.readStart();
    this.#updateReference();
    return 0;
  }

  readStop(): number {
    this.isStopped = true;
    this.#end?.readStop();
    this.#updateReference();
    return 0;
  }

  shutdown(request: Request): number {
    if (this.#end === null || this.#isClosed) return errorNumber('ENOTCONN');
    this.#begun();
    this.#end.shutdown(() => {
      this.#done();
      request.oncomplete?.(0);
    });
    return 0;
  }

  reset(onClosed?: () => void): number {
    this.#end?.reset();
    this.close(onClosed);
    return 0;
  }

  close(onClosed?: () => void): void {
    const { stack, reference } = this.#parts;
    if (!this.#isClosed) {
      this.#isClosed = this.isStopped = true;
      this.#end?.close();
      this.#listener?.close();
      this.#updateReference();
      this.#forgetEnd?.();
    }
    if (onClosed === undefined) return;
    // A handle that is closing keeps the process alive, referenced or not.
    const letGo = reference();
    stack.schedule(0, () => {
      letGo();
      onClosed.call(this);
    });
  }

  getsockname(shown: ShownAddress): number {
    if (this.#listener !== null) {
      const { port } = this.#listener.address;
      const { address, isIPv6 } = this.#bound ?? { address: ANY_IPV6, isIPv6: true };
      Object.assign(shown, { address, family: isIPv6 ? 'IPv6' : 'IPv4', port });
      return 0;
    }
    return show(shown, this.#end?.local, this.#isDualStack);
  }

  getpeername(shown: ShownAddress): number {
    return show(shown, this.#connecting === null ? this.#end?.remote : undefined, this.#isDualStack);
  }

  ref(): void {
    this.#isReferenced = true;
    this.#updateReference();
  }

  unref(): void {
    this.#isReferenced = false;
    this.#updateReference();
  }

  hasRef(): boolean {
    return this.#isReferenced && !this.#isClosed;
  }

  onConnect(failure: TcpErrorCode | null): void {
    const request = this.#connecting;
    this.#connecting = null;
    if (this.#isClosed) return;
    this.#updateReference();
    request?.oncomplete?.(failure === null ? 0 : errorNumber(failure), this, request, true, true);
  }

  onBytes(bytes: Buffer): Buffer | undefined {
    return this.#isClosed ? undefined : this.received(bytes);
  }

  onEnd(): void {
    this.#readEnded('EOF');
  }

  onFailure(code: TcpErrorCode): void {
    this.#readEnded(code);
  }

  #opened(): void {
    this.#forgetEnd ??= this.#parts.stack.atEnd(() => this.#release());
    this.#updateReference();
  }

  /**
   * The process has ended. Frees the native parser of an HTTP connection, which would otherwise
   * stay in memory: `node:http` frees it when the socket closes, and this one never does.
   */
  #release(): void {
    this.#isClosed = true;
    const { parser } = (this.#owner ?? {}) as { parser?: { close?(): void } | null };
    parser?.close?.();
    this.#owner = null;
    this.onread = null;
    this.onconnection = null;
  }

  /** As in libuv, a handle without a listener, a read or a request lets the process end. */
  #updateReference(): void {
    const isActive = this.#listener !== null || this.#connecting !== null || !this.isStopped || this.#requests > 0;
    if (isActive && this.#isReferenced && !this.#isClosed) {
      this.#letGo ??= this.#parts.reference();
      return;
    }
    this.#letGo?.();
    this.#letGo = null;
  }

  #begun(): void {
    this.#requests += 1;
    this.#updateReference();
  }

  #done(): void {
    this.#requests -= 1;
    this.#updateReference();
  }

  #readEnded(code: TcpErrorCode | 'EOF'): void {
    if (this.#isClosed) return;
    this.isStopped = true;
    this.#updateReference();
    setRead(errorNumber(code));
    this.onread?.();
  }

  #bind(bound: Bound): number {
    this.#bound = bound;
    return 0;
  }

  #accept(end: TcpEnd, attach: (events: TcpEndEvents) => void, isDualStack: boolean): void {
    const handle = TcpHandle.accepted(this.#parts, end, isDualStack);
    attach(handle);
    this.onconnection?.(0, handle);
  }

  protected override send(request: Request | null, bytes: Buffer): WriteResult {
    this.bytesWritten += bytes.length;
    setWritten(bytes.length, false);
    if (this.#end === null || this.#isClosed) return errorNumber('EBADF');
    const waiting = request ?? { writeStatus: null };
    const taken = this.#end.write(bytes, (failure) => {
      this.#done();
      waiting.oncomplete?.(failure === null ? 0 : errorNumber(failure), this, undefined);
    });
    if (taken !== 'later') return taken === null ? 0 : errorNumber(taken);
    setWritten(bytes.length, true);
    this.#begun();
    return request === null ? waiting : 0;
  }
}

let isPrepared = false;

/** Lets `node:net` set the owner through the accessor: it uses a symbol that it keeps to itself. */
function prepare(): void {
  isPrepared = true;
  const owner = Object.getOwnPropertyDescriptor(TcpHandle.prototype, 'owner');
  if (owner !== undefined) Object.defineProperty(TcpHandle.prototype, ownerSymbol(), owner);
}
