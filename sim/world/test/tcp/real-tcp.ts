/**
 * Runs entries of the contract of faults of TCP on loopback. A proxy between the ends injects the
 * faults of messages, and stops listening for others. A server whose process is stopped does not
 * empty the queue of its port, and one with a full queue answers no further attempt.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { headBytesOf, offsetAt } from '../../../network/tcp/places.ts';
import { segmentationPoints } from '../../../network/tcp/segmentation.ts';
import { type ProxiedLine, TcpProxy } from '../../../network/test/tcp-proxy.ts';
import { HELPERS, type InjectedFault, type TcpEntry } from './tcp-entry.ts';

const HOST = '127.0.0.1';
/** Bytes that were passed on are read by then. */
const READ_MS = 60;
const GAP_MS = 10;
/** How long the faults last that are not of single messages. */
const FAULT_MS = 700;
const LIMIT_MS = 10_000;

export type Lines = Readonly<Record<string, readonly string[]>>;

type Emit = (who: string, text: string) => void;

/** Runs a script; names that it does not use are undefined. */
function evaluate(text: string, emitLine: Emit, names: Readonly<Record<string, unknown>>): void {
  const all = { net, http, emitLine, ...names };
  new Function(...Object.keys(all), `${HELPERS}\n${text}`)(...Object.values(all));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Returns the lines of both ends, a moment after the expected number has arrived. */
export async function realLines({ fault, server, client, expected }: TcpEntry): Promise<Lines> {
  const lines: Record<string, string[]> = {};
  const emitLine: Emit = (who, text) => void (lines[who] ??= []).push(text);
  const isStopped = fault.kind === 'connect-unanswered' || fault.kind === 'node-stall';
  const front = isStopped ? await stoppedServer(server, fault.kind) : await proxiedServer(server, fault, emitLine);
  evaluate(client, emitLine, { host: HOST, port: front.port });
  const count = (some: Lines): number => Object.values(some).flat().length;
  for (let waitedMs = 0; count(lines) < count(expected) && waitedMs < LIMIT_MS; waitedMs += 5) await pause(5);
  await pause(READ_MS);
  front.stop();
  return lines;
}

interface Front {
  readonly port: number;
  stop(): void;
}

async function proxiedServer(text: string, fault: InjectedFault, emitLine: Emit): Promise<Front> {
  const sockets = new Set<Socket>();
  const server = await new Promise<Server>((resolve) => {
    const listen = (own: Server): void => {
      own.on('connection', (socket) => sockets.add(socket));
      own.listen(0, HOST, () => resolve(own));
    };
    evaluate(text, emitLine, { listen });
  });
  const proxy = await TcpProxy.to((server.address() as AddressInfo).port);
  const { port } = proxy;
  proxy.onLine = (line) => injectInto(line, fault);
  if (fault.kind === 'connect-refused' || fault.kind === 'late-listen') {
    await proxy.refuse();
    setTimeout(() => void proxy.listen(), FAULT_MS);
  }
  return {
    port,
    stop: () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function injectInto(line: ProxiedLine, fault: InjectedFault): void {
  if (fault.kind === 'slow-reader') {
    line.passes.down = (piece) => {
      for (const [index, byte] of piece.entries())
        setTimeout(() => line.write('down', Buffer.from([byte])), (index + 1) * GAP_MS);
      return piece.subarray(0, 0);
    };
    return;
  }
  if (!('message' in fault)) return;
  let messages = 0;
  line.passes[fault.direction] = (piece) => {
    messages += 1;
    if (messages !== fault.message) return piece;
    if (fault.kind === 'segmentation') return segmented(line, fault, piece);
    const offset = offsetAt({ start: 0, end: piece.length }, headBytesOf(piece), fault.at);
    if (fault.kind === 'reset-in-message') setTimeout(() => line.reset(), READ_MS);
    else setTimeout(() => line.end(), READ_MS);
    return piece.subarray(0, offset);
  };
}

const NOTHING = Buffer.alloc(0);

/** Passes on the first segment, and the others later. */
function segmented(
  line: ProxiedLine,
  { direction, mode }: Extract<InjectedFault, { readonly kind: 'segmentation' }>,
  piece: Buffer,
): Buffer {
  if (mode === 'late') {
    const held = [piece];
    line.passes[direction] = (next) => {
      held.push(next);
      return NOTHING;
    };
    setTimeout(() => {
      line.passes[direction] = (next) => next;
      line.write(direction, Buffer.concat(held));
    }, READ_MS);
    return NOTHING;
  }
  const points = segmentationPoints(piece, mode);
  for (const [index, start] of points.entries())
    setTimeout(() => line.write(direction, piece.subarray(start, points[index + 1])), (index + 1) * GAP_MS);
  return piece.subarray(0, points[0]);
}

/** Runs before the script of a server that has its own process, and writes its port. */
const STOPPABLE = `
const net = require('node:net');
const listen = (server, options) => server.listen({ port: 0, host: '${HOST}', ...options }, () => {
  process.stdout.write(String(server.address().port));
});
`;

/** A server in a process that is stopped, and continues later. */
async function stoppedServer(text: string, kind: 'connect-unanswered' | 'node-stall'): Promise<Front> {
  const child = spawn(process.execPath, ['-e', `${STOPPABLE}${text}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(Number(String(data))));
  });
  child.kill('SIGSTOP');
  await untilStopped(child);
  const fillers = kind === 'connect-unanswered' ? await Promise.all([filler(port), filler(port)]) : [];
  setTimeout(() => child.kill('SIGCONT'), FAULT_MS);
  return {
    port,
    stop: () => {
      for (const socket of fillers) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}

/** A signal to another process is handled some time later. */
async function untilStopped({ pid }: ChildProcess): Promise<void> {
  while (!/^State:\tT/m.test(await readFile(`/proc/${pid}/status`, 'utf8'))) await pause(5);
}

/** A connection that waits in the queue of a port. */
function filler(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, HOST, () => resolve(socket));
    socket.on('error', reject);
  });
}
