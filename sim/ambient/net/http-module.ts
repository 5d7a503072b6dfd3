/**
 * `node:http` for one process: Node's own classes, on simulated sockets. Parsing, writing, keeping
 * connections alive and all events are Node's.
 */
import http from 'node:http';
import type { Socket } from 'node:net';
import type { AmbientHost } from '../../system/image.ts';
import { type ModuleExports, moduleProxy } from '../builtins/module-proxy.ts';
import type { Guard } from '../guard.ts';
import { defineMembers, derivedClass } from './derived-class.ts';
import { withVirtualDate } from './http-classes.ts';
import { HttpConnections, connectionsOf } from './http-connections.ts';
import type { SimulatedNet } from './net-module.ts';
import { setMaxIdleHttpParsers } from './settings.ts';

const PASSED = [
  'METHODS',
  'STATUS_CODES',
  'maxHeaderSize',
  'validateHeaderName',
  'validateHeaderValue',
  // Since Node 26. `ws` uses the last two.
  'isValidHeaderName',
  'isValidHeaderValue',
  'websocketMask',
  'websocketUnmask',
  '_connectionListener',
];

export function createHttp(host: AmbientHost, guard: Guard, net: SimulatedNet): ModuleExports {
  const OutgoingMessage = derivedClass(http.OutgoingMessage);
  const IncomingMessage = derivedClass(http.IncomingMessage);
  const ServerResponse = derivedClass(http.ServerResponse);
  withVirtualDate(ServerResponse.prototype, host);

  const Server = derivedClass(http.Server, {
    parameters: ([first, second]) => {
      const isListener = typeof first === 'function';
      const hasOptions = typeof first === 'object' && first !== null;
      const isInvalid = !isListener && !hasOptions && first !== undefined && first !== null;
      const options = isInvalid ? first : { IncomingMessage, ServerResponse, ...(hasOptions ? first : {}) };
      return [options, isListener ? first : second];
    },
    made: (server) => new HttpConnections(server as http.Server, host, net.stack),
  });
  net.listening(Server.prototype);
  defineServer(Server.prototype);

  const Agent = derivedClass(http.Agent);
  defineMembers(Agent.prototype, {
    createConnection: (...parameters: unknown[]) => net.createConnection(...parameters),
  });
  const globalAgents = new GlobalAgents(host, () => new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 }));

  const ClientRequest = derivedClass(http.ClientRequest, {
    parameters: (given) => {
      const [input, ...rest] = given;
      const isAddress = typeof input === 'string' || input instanceof URL;
      const [options, callback] = (isAddress ? rest : given) as [unknown, unknown];
      const isCallback = typeof options === 'function';
      const complete = { _defaultAgent: globalAgents.current, ...(isCallback ? {} : (options as object | undefined)) };
      return [...(isAddress ? [input] : []), complete, isCallback ? options : callback];
    },
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
    setMaxIdleHTTPParsers: setMaxIdleHttpParsers,
  };
  const module = moduleProxy('node:http', http as unknown as ModuleExports, guard, replaced, PASSED);
  Object.defineProperty(module, 'globalAgent', {
    get: () => globalAgents.current,
    set: (agent: http.Agent) => {
      globalAgents.current = agent;
    },
    enumerable: true,
    configurable: true,
  });
  return module;
}

/**
 * The global agent of each process. It keeps connections, which must not outlive their process, and
 * code that outlives processes uses this module, too.
 */
class GlobalAgents {
  readonly #host: AmbientHost;
  readonly #make: () => http.Agent;
  readonly #agents = new WeakMap<object, http.Agent>();

  /** `make` makes an agent with Node's options for it: see lib/_http_agent.js. */
  constructor(host: AmbientHost, make: () => http.Agent) {
    this.#host = host;
    this.#make = make;
  }

  get current(): http.Agent {
    const agent = this.#agents.get(this.#host.owner) ?? this.#make();
    this.current = agent;
    return agent;
  }

  set current(agent: http.Agent) {
    this.#agents.set(this.#host.owner, agent);
  }
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
  defineMembers(prototype, {
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
