/**
 * The digest of a run: 64 bits over its canonical records, in order. Runs with equal digests did
 * the same things.
 */
import { mix } from './hash.ts';
import type { RunRecord } from './record.ts';

/** Types of a probe's values. The digest includes them, so that 1 and '1' differ. */
const KINDS: readonly string[] = ['string', 'number', 'boolean'];

export class Digest {
  #low = 0x243f6a88;
  #high = 0x13198a2e | 0;
  #lastText = '';
  #lastLow = 0;
  #lastHigh = 0;

  add(record: RunRecord): void {
    this.#number(record.step);
    // Rounded, since 1.009 * 1000 is below 1009.
    this.#number(Math.round(record.atMs * 1000));
    switch (record.type) {
      case 'operation':
        this.#number(1);
        this.#texts(record.id, record.actor, record.name, record.phase);
        this.#text(record.detail);
        break;
      case 'frame':
        // Without the client: a link's name begins with its client's name. So does a connection's
        // with its node's.
        this.#number(2);
        this.#texts(record.link, record.node, record.direction, record.kind);
        this.#text(record.phase);
        this.#text(record.text);
        this.#number(record.code);
        break;
      case 'http':
        this.#number(8);
        this.#texts(record.link, record.node, record.direction, record.phase);
        this.#text(record.method);
        this.#text(record.path);
        this.#number(record.status);
        break;
      case 'command':
        this.#number(3);
        this.#texts(record.connection, record.command, record.key, record.phase);
        this.#text(record.detail);
        this.#number(record.number);
        break;
      case 'redis':
        this.#number(9);
        this.#texts(record.connection, record.phase, record.by, '');
        break;
      case 'timer':
        this.#number(4);
        this.#texts(record.node, record.label, record.owner, record.phase);
        break;
      case 'node':
        this.#number(5);
        this.#text(record.node);
        this.#text(record.phase);
        this.#number(record.process);
        if (record.version !== undefined) this.#text(record.version);
        if (record.exit !== undefined) {
          this.#number(record.exit.code);
          this.#text(record.exit.signal);
          this.#text(record.exit.by);
        }
        break;
      case 'fault':
        this.#number(6);
        this.#texts(record.id, record.kind, record.target, record.phase);
        this.#text(record.detail);
        break;
      case 'probe':
        this.#number(7);
        this.#text(record.node);
        this.#number(record.process);
        this.#text(record.name);
        for (const name in record.fields) {
          const value = record.fields[name];
          this.#text(name);
          this.#number(KINDS.indexOf(typeof value));
          this.#text(String(value));
        }
        break;
    }
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return word(this.#high) + word(this.#low);
  }

  #number(value: number): void {
    const low = value | 0;
    const rest = (value - low) / 0x100000000;
    this.#low = mix(this.#low, low);
    this.#high = mix(this.#high ^ rest, this.#low);
  }

  #texts(first: string, second: string, third: string, fourth: string): void {
    this.#text(first);
    this.#text(second);
    this.#text(third);
    this.#text(fourth);
  }

  #text(text: string): void {
    // A broadcast sends one long text to many clients in a row: hash it once.
    if (text.length <= 16 || text !== this.#lastText) {
      let low = 0x811c9dc5;
      let high = 0x1b873593;
      for (let index = 0; index < text.length; index += 1) {
        const unit = text.charCodeAt(index);
        low = Math.imul(low ^ unit, 0x01000193);
        high = Math.imul(high + unit, 0xcc9e2d51) ^ (high >>> 15);
      }
      if (text.length <= 16) {
        this.#fold(low, high, text.length);
        return;
      }
      this.#lastText = text;
      this.#lastLow = low;
      this.#lastHigh = high;
    }
    this.#fold(this.#lastLow, this.#lastHigh, text.length);
  }

  #fold(low: number, high: number, length: number): void {
    this.#low = mix(this.#low ^ length, low);
    this.#high = mix(this.#high, high ^ this.#low);
  }
}

function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
