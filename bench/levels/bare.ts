/**
 * The server and its clients without a simulator: real http and `ws`, raw clients that write bytes,
 * and pairs of streams in memory. No time, no choices, no records.
 */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { echo } from './echo.ts';
import { Deliveries, MemoryEnd } from './memory-pair.ts';

const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: bare',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '',
  '',
].join('\r\n');

const FIN = 0x80;
const TEXT = 1;
const CLOSE = 8;

/** A frame of a client. It is masked with zeros, which the server unmasks like any other mask. */
function frame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([FIN | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

const MESSAGE = frame(TEXT, Buffer.from('a message of forty characters, or nearly'));
const GOODBYE = frame(CLOSE, Buffer.from([0x03, 0xe8]));

export class BareServer {
  readonly #deliveries = new Deliveries();
  readonly #server = createServer();

  constructor() {
    new WebSocketServer({ server: this.#server, perMessageDeflate: false }).on('connection', echo);
  }

  /** Connects a client, which sends a number of messages, each after the answer to the previous. */
  connect(messages: number, then: 'close' | 'stay'): BareClient {
    const [clientEnd, serverEnd] = MemoryEnd.pair(this.#deliveries);
    this.#server.emit('connection', serverEnd);
    return new BareClient(clientEnd, messages, then);
  }

  /** Resolves when nothing is under way. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      // Microtasks can be run synchronously only outside of a microtask.
      setImmediate(() => {
        try {
          this.#deliveries.run();
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }
}

export class BareClient {
  /** Frames that were sent or received, without those of the closing handshake. */
  frames = 0;
  isClosed = false;
  readonly #end: MemoryEnd;
  readonly #then: 'close' | 'stay';
  #toSend: number;
  #isOpen = false;

  constructor(end: MemoryEnd, messages: number, then: 'close' | 'stay') {
    this.#end = end;
    this.#toSend = messages;
    this.#then = then;
    end.on('data', (bytes: Buffer) => this.#receive(bytes));
    end.on('close', () => (this.isClosed = true));
    end.write(UPGRADE);
  }

  /** Each response, and each frame, arrives as a whole. */
  #receive(bytes: Buffer): void {
    if (!this.#isOpen) this.#isOpen = true;
    else if (bytes[0] === (FIN | TEXT)) this.frames += 1;
    else {
      this.#end.end();
      return;
    }
    this.#next();
  }

  #next(): void {
    if (this.#toSend > 0) {
      this.#toSend -= 1;
      this.frames += 1;
      this.#end.write(MESSAGE);
    } else if (this.#then === 'close') this.#end.write(GOODBYE);
  }
}
