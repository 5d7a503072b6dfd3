/** The simulated Redis, driven by bytes through the server's end of connections. */
import { RedisEngine } from '../../server/engine.ts';
import { DirectTransport } from '../../transport/direct-transport.ts';
import { WireConnection } from '../../wire/wire-connection.ts';
import {
  type Bytes,
  type Case,
  CLIENTS,
  type Outcome,
  PRELUDE,
  type Subject,
  withClientIds,
  withCursor,
} from './case.ts';
import { Draw } from './draw.ts';
import { ManualTimers } from './manual-timers.ts';
import { encodeRequest } from './resp.ts';
import { cursorIn } from './scans.ts';

/** Scripts that try to change what all scripts share. */
const CHANGES_GLOBALS =
  /(?:^|[\n(;])\s*(?:function )?[\w.]+ = |rawset\(|setmetatable\(_G|getmetatable\("|function f|error\(function|string\.rep =|redis\.x =/;

/** One connection of a case, and what it has received since it was last read. */
class ModelClient {
  readonly #connection: WireConnection;
  #received: Bytes = '';

  constructor(transport: DirectTransport, name: string) {
    this.#connection = new WireConnection({
      transport,
      recorder: { command: () => undefined, keepsTexts: false },
      process: { name, alive: true },
      node: name,
      name,
      socket: {
        destroyed: false,
        peerAccepted: () => undefined,
        peerRefused: () => undefined,
        peerSent: (bytes: Buffer) => (this.#received += bytes.toString('latin1')),
        peerEnded: () => undefined,
        peerFailed: () => undefined,
      },
      onNotSimulated: () => undefined,
      onForeignProtocol: () => (this.#received += 'foreign protocol'),
    });
  }

  send(words: readonly Bytes[]): void {
    this.#connection.take(Buffer.from(encodeRequest(words), 'latin1'), () => undefined);
  }

  read(): Bytes {
    const received = this.#received;
    this.#received = '';
    return received;
  }
}

export class ModelSubject implements Subject {
  #engine = new RedisEngine();
  readonly #wallMs: () => number;

  /** `wallMs`: the time at which a case starts; within it, only its pauses take time. */
  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  run(tested: Case): Promise<Outcome> {
    return Promise.resolve(this.outcomeOf(tested));
  }

  outcomeOf(tested: Case): Outcome {
    const outcome = this.#run(tested);
    // What a script has left behind in the interpreter must not show in the cases behind it.
    if (tested.steps.some(({ words }) => words.some((word) => CHANGES_GLOBALS.test(word))))
      this.#engine = new RedisEngine();
    return outcome;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #run({ protocol, isInterleaved, steps }: Case): Outcome {
    let nowMs = this.#wallMs();
    const draw = new Draw('0x1', 'model');
    this.#engine.begin({ nowMs: () => nowMs, fraction: () => draw.below(2 ** 30) / 2 ** 30 });
    const timers = new ManualTimers();
    const transport = new DirectTransport(this.#engine, timers);
    const clients = Array.from(
      { length: isInterleaved ? CLIENTS : 1 },
      (_, index) => new ModelClient(transport, `client-${index}`),
    );
    const received: Bytes[][] = [];
    try {
      for (const client of clients) {
        if (protocol === 3) client.send(['HELLO', '3']);
        for (const words of PRELUDE) client.send(words);
        client.read();
      }
      let cursor = '0';
      for (const { client, words, pauseMs = 0 } of steps) {
        clients[client]?.send(withCursor(withClientIds(words, [1, 2, 3]), cursor));
        nowMs += pauseMs;
        timers.advance(pauseMs);
        const texts = clients.map((each) => each.read());
        received.push(texts);
        cursor = cursorIn(texts[client] ?? '') ?? cursor;
      }
    } catch (error) {
      this.#engine = new RedisEngine();
      return { received, end: `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
    }
    return { received, end: null };
  }
}
