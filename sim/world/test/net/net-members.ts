/**
 * The public members and events of Node's classes for sockets and HTTP, for the list that shows
 * that the contract covers them.
 */
import { EventEmitter } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { NetEntry } from './entry.ts';

/** Classes with an instance each, because constructors set further members; and the modules. */
function instances(): Record<string, object> {
  const incoming = new http.IncomingMessage(new net.Socket());
  const request = new http.ClientRequest({ createConnection: () => new net.Socket() } as http.RequestOptions);
  request.on('error', () => undefined);
  return {
    'net.Socket': new net.Socket(),
    'net.Server': new net.Server(),
    'http.Server': new http.Server(),
    IncomingMessage: incoming,
    ServerResponse: new http.ServerResponse(incoming),
    ClientRequest: request,
    Agent: new http.Agent(),
    'node:net': net,
    'node:http': http,
  };
}

/** As in Node's documentation. */
const EVENTS: Readonly<Record<string, string>> = {
  'net.Socket':
    'close connect connectionAttempt connectionAttemptFailed connectionAttemptTimeout data drain end error lookup ready timeout finish pause pipe readable resume unpipe',
  'net.Server': 'close connection error listening drop',
  'http.Server':
    'checkContinue checkExpectation clientError close connect connection dropRequest request upgrade listening error',
  IncomingMessage: 'aborted close data end error pause readable resume',
  ServerResponse: 'close finish drain error pipe unpipe',
  ClientRequest:
    'abort close connect continue finish information response socket timeout upgrade error drain pipe unpipe',
  Agent: 'free',
};

/** Members of every event emitter, which `node:net` and `node:http` do not change. */
const EMITTER = new Set(Object.getOwnPropertyNames(EventEmitter.prototype));

const memberNames = (instance: object): string[] => {
  const names = new Set<string>();
  for (
    let at: object | null = instance;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  )
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].filter((name) => !/^_|^(constructor|domain)$/.test(name) && !EMITTER.has(name)).sort();
};

/** Members and events that no script mentions, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  readableBuffer: "internal to streams: what is buffered is Node's",
  writableBuffer: "internal to streams: what is buffered is Node's",
  parser: 'internal to node:http: the native parser of a response',
  timeoutCb: "internal to node:http: the listener of the socket's timeout",
  upgradeOrConnect: 'internal to node:http: whether the socket was given away',
  WebSocket: 'refused by name: the client of a browser',
  CloseEvent: 'as WebSocket',
  MessageEvent: 'as WebSocket',
  setGlobalProxyFromEnv: 'refused by name: no proxy is simulated',
  BoundSocket: 'refused by name: sockets of a file descriptor are not simulated',
  connectionAttemptTimeout:
    'an attempt to connect to one of several addresses never times out: all lead to one machine',
};

/**
 * Names that no script mentions and no exception lists: `net.Socket.setTimeout`, or
 * `net.Socket 'data'` for an event; and exceptions that no version needs.
 */
export function uncovered(entries: readonly NetEntry[]): string[] {
  const text = entries.map(([, script]) => script).join('\n');
  const members = Object.entries(instances()).flatMap(([owner, instance]) =>
    memberNames(instance)
      .filter((name) => !(name in EXCEPTIONS) && !new RegExp(`(?:\\.|\\['|{ )${name}\\b`).test(text))
      .map((name) => `${owner}.${name}`),
  );
  const events = Object.entries(EVENTS).flatMap(([owner, names]) =>
    names
      .split(' ')
      .filter((name) => !(name in EXCEPTIONS) && !text.includes(`'${name}'`))
      .map((name) => `${owner} '${name}'`),
  );
  const needless = Object.keys(EXCEPTIONS).filter((name) => new RegExp(`\\.${name}\\b`).test(text));
  return [...members, ...events, ...needless.map((name) => `${name} is an exception, and covered`)];
}
