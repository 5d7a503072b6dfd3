/** A `redis-server` process, driven over loopback connections. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as immediate, setTimeout as pause } from 'node:timers/promises';
import { RedisProcess } from '../real-redis.ts';
import {
  type Bytes,
  type Case,
  CLIENTS,
  type Outcome,
  PRELUDE,
  type Step,
  type Subject,
  withClientIds,
  withCursor,
} from './case.ts';
import { encodeRequest, replyEnd } from './resp.ts';
import { cursorIn } from './scans.ts';

/** How often the server looks for clients whose commands time out. The default is 10. */
const CRON_HZ = '500';

/** A reply that takes longer never comes. */
const REPLY_MAX_MS = 10_000;

class Connection {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #isHung = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** A reply has never come. */
  get isHung(): boolean {
    return this.#isHung;
  }

  write(commands: readonly (readonly Bytes[])[]): void {
    this.#socket.write(Buffer.from(commands.map(encodeRequest).join(''), 'latin1'));
  }

  /** Returns `count` replies; fewer if the connection closes or the next reply never comes. */
  async replies(count: number): Promise<Bytes[]> {
    const found: Bytes[] = [];
    let start = 0;
    const deadline = setTimeout(() => {
      this.#isHung = true;
      this.close();
    }, REPLY_MAX_MS);
    while (found.length < count) {
      const end = start < this.#bytes.length ? replyEnd(this.#bytes, start) : -1;
      if (end >= 0) {
        found.push(this.#bytes.toString('latin1', start, end));
        start = end;
      } else if (this.#isClosed) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    clearTimeout(deadline);
    this.#bytes = this.#bytes.subarray(start);
    return found;
  }

  /** Returns what has been received since the last read. */
  read(): Bytes {
    const received = this.#bytes.toString('latin1');
    this.#bytes = Buffer.alloc(0);
    return received;
  }

  close(): void {
    this.#socket.destroy();
  }
}

export class RealSubject implements Subject {
  readonly #server: RedisProcess;
  #single: Connection | null = null;

  private constructor(server: RedisProcess) {
    this.#server = server;
  }

  /** Starts a server; null when `redis-server` is not on the PATH. */
  static async start(): Promise<RealSubject | null> {
    const server = await RedisProcess.start({ hz: CRON_HZ });
    return server === null ? null : new RealSubject(server);
  }

  async run(tested: Case): Promise<Outcome> {
    try {
      return await (tested.isInterleaved ? this.#runInterleaved(tested) : this.#runSingle(tested));
    } catch (error) {
      // The process has died: the next case gets a new one.
      await this.#restart();
      return { received: [], end: `connection failed: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async close(): Promise<void> {
    this.#single?.close();
    await this.#server.stop();
  }

  async #runSingle({ protocol, steps }: Case): Promise<Outcome> {
    this.#single ??= await Connection.open(this.#server.port);
    const connection = this.#single;
    const prelude = [['RESET'], ['HELLO', String(protocol)], ...PRELUDE];
    connection.write(prelude);
    const received: Bytes[][] = [];
    let isBehindPrelude = false;
    let cursor = '0';
    for (const batch of batchesOf(steps)) {
      connection.write(batch.map(({ words }) => withCursor(words, cursor)));
      const skipped = isBehindPrelude ? 0 : prelude.length;
      const replies = await connection.replies(batch.length + skipped);
      received.push(...replies.slice(skipped).map((reply) => [reply]));
      if (replies.length < batch.length + skipped) return { received, end: await this.#endOf(connection) };
      isBehindPrelude = true;
      cursor = cursorIn(replies.at(-1) ?? '') ?? cursor;
      await wait(batch.at(-1)?.pauseMs ?? 0);
    }
    if (connection.isClosed) this.#single = null;
    return { received, end: null };
  }

  /** A connection ended within a case. A server that has hung gets replaced. */
  async #endOf(connection: Connection): Promise<string> {
    this.#single = null;
    if (!connection.isHung) return 'connection closed';
    await this.#restart();
    return 'no reply';
  }

  async #restart(): Promise<void> {
    await this.#server.signal('SIGKILL');
    await this.#server.restart();
    this.#single = null;
  }

  async #runInterleaved({ protocol, steps }: Case): Promise<Outcome> {
    const open = (): Promise<Connection> => Connection.open(this.#server.port);
    const control = await open();
    control.write([['HELLO', String(protocol)], ...PRELUDE]);
    await control.replies(1 + PRELUDE.length);
    const clients = await Promise.all(Array.from({ length: CLIENTS }, open));
    const received: Bytes[][] = [];
    const ids: Bytes[] = [];
    for (const client of clients) {
      client.write([['HELLO', String(protocol)]]);
      const [hello = ''] = await client.replies(1);
      ids.push(/id\r\n:(\d+)/.exec(hello)?.[1] ?? '');
    }
    for (const { client, words, pauseMs = 0 } of steps) {
      clients[client]?.write([withClientIds(words, ids)]);
      // The first answer may overtake what the server has yet to write to the clients.
      for (let round = 0; round < 2; round += 1) {
        control.write([['PING']]);
        await control.replies(1);
      }
      await wait(pauseMs);
      // Reads all sockets that the poll of the last answer found readable.
      await immediate();
      received.push(clients.map((each) => each.read()));
    }
    for (const each of [control, ...clients]) each.close();
    return { received, end: null };
  }
}

/** Waits a little longer than the model: a real server may be late. */
async function wait(pauseMs: number): Promise<void> {
  if (pauseMs > 0) await pause(pauseMs);
}

/** Splits steps behind each pause. */
function batchesOf(steps: readonly Step[]): Step[][] {
  const batches: Step[][] = [[]];
  for (const step of steps) {
    batches.at(-1)?.push(step);
    if (step.pauseMs !== undefined) batches.push([]);
  }
  return batches.filter((batch) => batch.length > 0);
}
