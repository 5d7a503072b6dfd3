/**
 * What `node:http` keeps in Node's own state, or takes from the real machine, for servers and
 * responses: the `Date` header, the timeouts of requests, and the list of connections.
 */
import http from 'node:http';
import type { AmbientHost } from '../../system/image.ts';

type Headers = Record<string, unknown> | readonly unknown[] | undefined;

interface OutgoingInside {
  sendDate: boolean;
  _storeHeader(firstLine: string, headers: Headers): void;
}

const storeHeader = (http.OutgoingMessage.prototype as unknown as OutgoingInside)._storeHeader;

/** The property in which a message keeps the headers that were set. */
const OUT_HEADERS = symbolOf(withHeader(), 'kOutHeaders');

/**
 * Sets the `Date` header by the process's clock, at the place where Node writes it. Node's own is
 * cached for all processes, and the cache is emptied by a real timer.
 */
export function withVirtualDate(prototype: object, host: AmbientHost): void {
  Object.defineProperty(prototype, '_storeHeader', {
    value(this: OutgoingInside, firstLine: string, headers: Headers) {
      if (!this.sendDate || hasDate(headers) || isOdd(headers)) {
        storeHeader.call(this, firstLine, headers);
        return;
      }
      this.sendDate = false;
      const date = new Date(host.wallMs()).toUTCString();
      const own = (this as unknown as Record<symbol, Record<string, unknown> | undefined>)[OUT_HEADERS];
      try {
        if (headers !== undefined && headers === own) {
          own['date'] = ['Date', date];
          storeHeader.call(this, firstLine, own);
          delete own['date'];
        } else {
          storeHeader.call(this, firstLine, withDate(headers, date));
        }
      } finally {
        this.sendDate = true;
      }
    },
    writable: true,
    configurable: true,
  });
}

function withDate(headers: Headers, date: string): Headers {
  if (!Array.isArray(headers)) return { ...headers, Date: date };
  return Array.isArray(headers[0]) ? [...headers, ['Date', date]] : [...headers, 'Date', date];
}

/** Node throws its error, which shows the headers. */
function isOdd(headers: Headers): boolean {
  return Array.isArray(headers) && !Array.isArray(headers[0]) && headers.length % 2 === 1;
}

function hasDate(headers: Headers): boolean {
  if (headers === undefined || headers === null) return false;
  const names = Array.isArray(headers)
    ? headers.flatMap((entry, index) => (Array.isArray(entry) ? [entry[0]] : index % 2 === 0 ? [entry] : []))
    : Object.keys(headers);
  return names.some((name) => String(name).toLowerCase() === 'date');
}

function withHeader(): object {
  const message = new http.OutgoingMessage();
  message.setHeader('a', 'b');
  return message;
}

export function symbolOf(object: object, description: string): symbol {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertySymbols(at).find((symbol) => symbol.description === description);
    if (found !== undefined) return found;
  }
  throw new Error(`node:http of Node ${process.version} has no property ${description}`);
}
