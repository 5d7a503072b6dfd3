/**
 * The public members and events of the classes of `ws` and of the request, against those that are
 * simulated and those that are refused by name.
 */
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ServerSocket, UpgradeRequest, WebSocketServer as SystemServer } from '../../system/web-socket-types.ts';
import { runWorld } from '../../world/test/run-world.ts';
import { NOT_IN_BROWSERS } from '../mock-client.ts';
import { SERVER_OPTIONS } from './server-options.ts';
import { SOCKET_CONTRACT } from '../test/socket-contract.ts';

interface Objects {
  readonly socket: object;
  readonly server: object;
  readonly request: object;
  readonly requestSocket: object;
}

/** Of every event emitter, and of newer versions of streams. */
const LEFT_OUT = /^(constructor|domain|_events|_eventsCount|_maxListeners)$/;

function namesOf(instance: object): string[] {
  const names = new Set<string>();
  for (let at: unknown = instance; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at as object))
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].filter((name) => !LEFT_OUT.test(name)).sort();
}

/** Private members of Node's streams are left out; those of `ws` are few, and used. */
const publicNamesOf = (instance: object): string[] => namesOf(instance).filter((name) => !name.startsWith('_'));

const lacking = (real: readonly string[], simulated: object): string[] => real.filter((name) => !(name in simulated));

/** An invented member would make code pass that fails on the real object. */
const invented = (simulated: object, real: readonly string[]): string[] =>
  publicNamesOf(simulated).filter((name) => !real.includes(name));

async function realObjects(server: WebSocketServer): Promise<Objects> {
  const accepted = once(server, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket, request] = (await accepted) as [WebSocket, IncomingMessage];
  await once(client, 'open');
  client.close();
  return { socket, server, request, requestSocket: request.socket };
}

async function simulatedObjects(): Promise<Objects> {
  let objects: Objects | null = null;
  await runWorld(
    (node) => {
      const server = node.webSocketServer();
      server.on('connection', (socket: ServerSocket, request: UpgradeRequest) => {
        objects = { socket, server: server as SystemServer, request, requestSocket: request.socket };
      });
      return {};
    },
    (tools) => tools.at(10, async () => (await tools.dial('client-1')).close()),
  );
  if (objects === null) throw new Error('no client connected');
  return objects;
}

/** Names that other versions of Node have, which are refused on this one as well. */
const OTHER_VERSIONS = ['asIndexedPairs', 'getTypeOfService', 'setTypeOfService', 'signal', 'parser'];

/** Events, each with the entry of the contract that shows it, or why it is never emitted. */
const EVENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  WebSocket: {
    close: 'a close event has code and reason, and is clean after a closing handshake',
    error: 'never: reports damaged frames and frames that are too large, which whole frames cannot be',
    message: 'texts arrive unchanged, both ways; a server receives them as buffers that are not binary',
    open: 'never: the socket of a server is open when the server emits it',
    ping: 'never: browsers send no pings',
    pong: 'a pong carries the data of its ping',
    redirect: 'never: only on a client',
    'unexpected-response': 'never: only on a client',
    upgrade: 'never: only on a client',
  },
  WebSocketServer: {
    close: 'a server that is closed refuses connections and has no address',
    connection: 'headers are announced before the connection, with the answer to the key',
    error: 'never: reports that a port cannot be opened, and none is',
    headers: 'headers are announced before the connection, with the answer to the key',
    listening: 'never: compared in web-socket-server.test.ts',
    wsClientError: 'never: the handshakes of browsers are valid',
  },
};

/** The events that the source of `ws` emits: `this.emit('close'`, `websocket.emit('close'`. */
async function emittedEvents(file: string): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(new URL(`../../../node_modules/ws/lib/${file}`, import.meta.url), 'utf8');
  const emits = source.matchAll(/(?:this|websocket|server|self)\.emit(?:\.bind\(\w+,\s*|\(\s*)'([\w-]+)'/g);
  return [...new Set([...emits].map(([, name]) => name ?? ''))].sort();
}

describe('every member of the real objects is simulated or refused by name', () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  let [real, simulated]: [Objects | null, Objects | null] = [null, null];
  const both = (): [Objects, Objects] => {
    if (real === null || simulated === null) throw new Error('the objects are missing');
    return [real, simulated];
  };
  beforeAll(async () => {
    if (server.address() === null) await once(server, 'listening');
    [real, simulated] = [await realObjects(server), await simulatedObjects()];
  });
  afterAll(() => server.close());

  it.each(['socket', 'server'] as const)('the %s of ws, private members included', (name) => {
    const [there, here] = both();
    const names = namesOf(there[name]);
    expect(lacking(names, here[name])).toEqual([]);
    expect(invented(here[name], names)).toEqual([]);
  });

  it.each([
    ['request', () => new IncomingMessage(new Socket())],
    ['requestSocket', () => new Socket()],
  ] as const)('the public members of the %s', (name, create) => {
    const [there, here] = both();
    const names = [...publicNamesOf(there[name]), ...publicNamesOf(create()), ...OTHER_VERSIONS];
    expect(lacking(publicNamesOf(there[name]), here[name])).toEqual([]);
    expect(invented(here[name], names)).toEqual([]);
  });

  it('the options of a server', () => {
    const ofWs = Object.keys(server.options).sort();
    expect([...SERVER_OPTIONS].sort()).toEqual(ofWs);
  });

  it('the members of a client of ws that browsers do not have', () => {
    const browser = new Set(
      (
        'CONNECTING OPEN CLOSING CLOSED url readyState bufferedAmount extensions protocol binaryType onopen onmessage ' +
        'onerror onclose addEventListener removeEventListener dispatchEvent send close'
      ).split(' '),
    );
    const others = publicNamesOf(both()[0].socket).filter((name) => !browser.has(name) && name !== 'listeners');
    expect([...NOT_IN_BROWSERS.methods, ...NOT_IN_BROWSERS.values].sort()).toEqual(others);
  });

  it.each([
    ['WebSocket', 'websocket.js'],
    ['WebSocketServer', 'websocket-server.js'],
  ])('the events of a %s', async (owner, file) => {
    const events = EVENTS[owner] ?? {};
    expect((await emittedEvents(file)).filter((name) => !(name in events))).toEqual([]);
    const titles = SOCKET_CONTRACT.map(([title]) => title);
    for (const [name, how] of Object.entries(events))
      expect(how.startsWith('never: ') || titles.includes(how), `${owner} '${name}'`).toBe(true);
  });
});
