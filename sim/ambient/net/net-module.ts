/**
 * `node:net` for one process: Node's own classes over simulated TCP handles. Sockets and servers
 * differ from Node's in three members only: where a handle comes from, how a name is resolved, and
 * what measures a timeout.
 */
import net from 'node:net';
import type { AmbientHost } from '../../system/image.ts';
import type { TcpStack } from '../../system/tcp.ts';
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from '../builtins/module-proxy.ts';
import { defineMembers, derivedClass } from './derived-class.ts';
import { listenByName } from './listen-by-name.ts';
import { lookup, type Lookup } from './lookup.ts';
import { netSettings } from './settings.ts';
import { withVirtualTimeouts } from './socket-timeout.ts';
import { TcpHandle, type TcpHandleParts } from './tcp-handle.ts';

/** Members of Node's classes that its own code uses, and that have been there since Node 0.x. */
interface SocketInside extends net.Socket {
  _handle: unknown;
  _peername: unknown;
  _sockname: unknown;
}

interface ServerInside extends net.Server {
  _handle: unknown;
  _listen2(...parameters: unknown[]): void;
}

interface ConnectOptions {
  path?: string | null;
  ipv6Only?: boolean;
  host?: string;
  port?: number;
  lookup?: Lookup;
  timeout?: number;
  fd?: unknown;
}

type Normalized = [options: ConnectOptions, callback: unknown];

const normalizeArguments = (net as unknown as { _normalizeArgs(parameters: unknown[]): Normalized })._normalizeArgs;

/** Gives a socket another handle. Node uses it between attempts to connect. */
const REINITIALIZE = Object.getOwnPropertySymbols(net.Socket.prototype).find(
  ({ description }) => description === 'kReinitializeHandle',
);

const listen2: ServerInside['_listen2'] = Reflect.get(net.Server.prototype, '_listen2') as ServerInside['_listen2'];

export interface SimulatedNet {
  readonly module: ModuleExports;
  readonly Socket: typeof net.Socket;
  readonly Server: typeof net.Server;
  readonly createConnection: (...parameters: unknown[]) => net.Socket;
  /** Makes the prototype of a class of servers listen on the simulated stack. */
  readonly listening: (prototype: object) => void;
  /** Refuses `way` on a host without a network. */
  readonly stack: (way?: string) => TcpStack;
}

export function createNet(host: AmbientHost, guard: Guard): SimulatedNet {
  const stack = (way = 'node:net connect'): TcpStack => host.network ?? guard.refuse(way);

  const Socket = derivedClass(net.Socket, {
    parameters: (given) => {
      const [options] = given as [ConnectOptions | number | undefined];
      if (typeof options === 'number' || options?.fd !== undefined)
        guard.refuse('node:net Socket of a file descriptor');
      return given;
    },
  });
  withVirtualTimeouts(Socket.prototype, stack, () => host.monotonicMs());
  defineMembers(Socket.prototype, {
    connect(this: SocketInside, ...parameters: unknown[]) {
      const normalized = Array.isArray(parameters[0]) ? (parameters[0] as Normalized) : normalizeArguments(parameters);
      const [options] = normalized;
      if (typeof options.path === 'string') guard.refuse('node:net connect, to a path');
      options.lookup ??= lookup(stack, host);
      if (this._handle === null || this.destroyed) giveHandle(this, new TcpHandle(partsOf('node:net connect')));
      return Reflect.apply(net.Socket.prototype.connect, this, [normalized] as never) as unknown;
    },
  });

  /** An accepted socket is made by Node's server, as one of Node's own class. */
  function partsOf(way: string): TcpHandleParts {
    return {
      stack: stack(way),
      reference: () => host.reference(),
      onOwned: (_handle, owner) => {
        if (owner instanceof net.Socket && Object.getPrototypeOf(owner) === net.Socket.prototype)
          Object.setPrototypeOf(owner, Socket.prototype);
      },
    };
  }

  function listening(prototype: object): void {
    defineMembers(prototype, {
      listen(this: ServerInside, ...parameters: unknown[]) {
        const [options] = normalizeArguments(parameters);
        if (typeof options.path === 'string') guard.refuse('node:net listen, on a path');
        if (options.fd !== undefined) guard.refuse('node:net listen, on a file descriptor');
        if (options.ipv6Only === true) guard.refuse('node:net listen, with ipv6Only');
        const hasName = options.host !== undefined && net.isIP(options.host) === 0;
        if (hasName && isPort(options.port) && this._handle === null) listenByName(this, parameters, stack);
        else Reflect.apply(net.Server.prototype.listen, this, parameters as never);
        return this;
      },
      _listen2(this: ServerInside, address: string | null, port: number, type: number, ...rest: unknown[]) {
        const handle = new TcpHandle(partsOf('node:net listen'));
        // Without an address Node listens on all of them, IPv6 included.
        const isAny = address === null;
        if (isAny || type === 6) handle.bind6(address ?? '::', port);
        else handle.bind(address, port);
        this._handle = handle;
        Reflect.apply(listen2, this, [isAny ? '::' : address, port, isAny ? 6 : type, ...rest]);
      },
    });
  }

  const Server = derivedClass(net.Server);
  listening(Server.prototype);

  function connect(...parameters: unknown[]): net.Socket {
    const normalized = normalizeArguments(parameters);
    const [options] = normalized;
    const socket = new Socket(options as net.SocketConstructorOpts);
    if (options.timeout) socket.setTimeout(options.timeout);
    return Reflect.apply(socket.connect, socket, [normalized] as never) as net.Socket;
  }

  const replaced: ModuleExports = {
    Socket,
    Stream: Socket,
    Server,
    connect,
    createConnection: connect,
    createServer: (options: never, connectionListener: never) => new Server(options, connectionListener),
    ...netSettings(),
  };
  const passed = ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress', '_normalizeArgs'];
  const module = moduleProxy('node:net', net as unknown as ModuleExports, guard, replaced, passed);
  return { module, Socket, Server, createConnection: connect, listening, stack };
}

function giveHandle(socket: SocketInside, handle: TcpHandle): void {
  if (REINITIALIZE === undefined) throw new Error(`node:net of Node ${process.version} cannot change handles`);
  if (socket.destroyed) {
    socket._handle = null;
    socket._peername = null;
    socket._sockname = null;
  }
  (socket as unknown as Record<symbol, (handle: TcpHandle) => void>)[REINITIALIZE]?.(handle);
}

function isPort(port: unknown): boolean {
  return (typeof port === 'number' || typeof port === 'string') && port !== '' && Number(port) >>> 0 === Number(port);
}
