/**
 * `node:http` for one process: Node's own classes, on simulated sockets. Parsing, writing, keeping
 * connections alive and all events are Node's.
 */
import http from 'node:http';
import type { Socket } from 'node:net';
import type { AmbientHost } from '../../system/image.ts';
import { type ModuleExports, moduleProxy } from '../builtins/module-proxy.ts';
import type { Guard } from '../guard.ts';
import { derivedClass } from './derived-class.ts';
import { withVirtualDate } from './http-classes.ts';
import { HttpConnections, connectionsOf } from './http-connections.ts';
import type { SimulatedNet } from './net-module.ts';

const PASSED = [
  'METHODS',
  'STATUS_CODES',
  'maxHeaderSize',
  'validateHeaderName',
  'validateHeaderValue',
  '_connectionListener',
];

export function createHttp(host: AmbientHost, guard: Guard, net: SimulatedNet): ModuleExports {
  const OutgoingMessage = derivedClass(http.OutgoingMessage);
  const IncomingMessage = derivedClass(http.IncomingMessage);
  const ServerResponse = derivedClass(http.ServerResponse);
  withVirtualDate(ServerResponse.prototype, host);

  const Server = derivedClass(http.Server, (parameters, newTarget) => {
    const [first, second] = parameters;
    const isListener = typeof first === 'function';
    const hasOptions = typeof first === 'object' && first !== null;
    const isInvalid = !isListener && !hasOptions && first !== undefined && first !== null;
    const options = isInvalid ? first : { IncomingMessage, ServerResponse, ...(hasOptions ? first : {}) };
    const server = Reflect.construct(
      http.Server,
      [options, isListener ? first : second],
      newTarget as never,
    ) as http.Server;
    new HttpConnections(server, host, net.stack);
    return server;
  });
  net.listening(Server.prototype);
  defineServer(Server.prototype);

  const Agent = derivedClass(http.Agent);
  define(Agent.prototype, {
    createConnection: (...parameters: unknown[]) => net.createConnection(...parameters),
  });
  // As Node's: see its lib/_http_agent.js.
  let globalAgent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 });

  const ClientRequest = derivedClass(http.ClientRequest, (parameters, newTarget) => {
    const [input, ...rest] = parameters;
    const isAddress = typeof input === 'string' || input instanceof URL;
    const [options, callback] = (isAddress ? rest : parameters) as [unknown, unknown];
    const isCallback = typeof options === 'function';
    const complete = { _defaultAgent: globalAgent, ...(isCallback ? {} : (options as object | undefined)) };
    const all = [...(isAddress ? [input] : []), complete, isCallback ? options : callback];
    return Reflect.construct(http.ClientRequest, all as never, newTarget as never) as object;
  });

  const request = (...parameters: unknown[]): http.ClientRequest => new ClientRequest(...(parameters as [never]));
  const replaced: ModuleExports = {
    Agent,
    ClientRequest,
    IncomingMessage,
    OutgoingMessage,
    Server,
    ServerResponse,
    createServer: (...parameters: unknown[]) => new Server(...(parameters as [])),
    request,
    get: (...parameters: unknown[]) => {
      const made = request(...parameters);
      made.end();
      return made;
    },
    setMaxIdleHTTPParsers: () => undefined,
  };
  const module = moduleProxy('node:http', http as unknown as ModuleExports, guard, replaced, PASSED);
  Object.defineProperty(module, 'globalAgent', {
    get: () => globalAgent,
    set: (agent: http.Agent) => {
      globalAgent = agent;
    },
    enumerable: true,
    configurable: true,
  });
  return module;
}

const HEADERS_ARRIVED: ReadonlySet<string> = new Set([
  'request',
  'upgrade',
  'connect',
  'checkContinue',
  'checkExpectation',
  'dropRequest',
]);

function defineServer(prototype: object): void {
  define(prototype, {
    emit(this: http.Server, name: string, ...parameters: unknown[]) {
      if (HEADERS_ARRIVED.has(name)) connectionsOf(this).headersArrived(parameters[0] as http.IncomingMessage);
      const isHeard = Reflect.apply(http.Server.prototype.emit, this, [name, ...parameters] as never) as unknown;
      // Node's own listener, which is the first, has given the socket its parser.
      if (name === 'connection') connectionsOf(this).add(parameters[0] as Socket);
      return isHeard;
    },
    close(this: http.Server, ...parameters: unknown[]) {
      connectionsOf(this).stop();
      return Reflect.apply(http.Server.prototype.close, this, parameters as never) as unknown;
    },
    closeAllConnections(this: http.Server) {
      for (const socket of connectionsOf(this).list('all')) socket.destroy();
    },
    closeIdleConnections(this: http.Server) {
      for (const socket of connectionsOf(this).list('idle'))
        if (socket._httpMessage?.finished !== false) socket.destroy();
    },
  });
}

function define(prototype: object, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
