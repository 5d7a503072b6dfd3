import * as z from 'zod';
import type { ErrorCode } from './errors.ts';
import { errors } from './errors.ts';

/** The WebSocket subprotocol. A change that breaks clients gets the next number. */
export const subprotocol = 'prices.v1';

export const roles = ['viewer', 'trader', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Valid user names. Other clients see them, so they contain no markup. */
export const userPattern = /^[A-Za-z0-9_.@-]{1,64}$/;

/** Chosen by the client and returned with the answer. */
const id = z.int().nonnegative();
const symbol = z.string().min(1).max(32);
const symbols = z.array(symbol).min(1);
const token = z.string().min(1).max(8192);
const name = z.string().min(1).max(64);
const count = z.int().nonnegative();
const epoch = z.string().min(1).max(64);
const subject = z.enum(['user', 'token']);

/** The last price that a client has of a symbol. */
const position = z.object({ symbol, epoch, sequence: count });

/** Frames from clients. One JSON object per text frame; unknown fields are ignored. */
export const clientFrames = {
  authenticate: z.object({ type: z.literal('authenticate'), token }),
  refresh: z.object({ type: z.literal('refresh'), id, token }),
  subscribe: z.object({
    type: z.literal('subscribe'),
    id,
    symbols,
    resume: z.array(position).default([]),
    maxPerSecond: z.int().min(1).max(1000).optional(),
  }),
  unsubscribe: z.object({ type: z.literal('unsubscribe'), id, symbols }),
  comment: z.object({ type: z.literal('comment'), id, symbol, text: z.string() }),
  announce: z.object({ type: z.literal('announce'), id, text: z.string() }),
  ping: z.object({ type: z.literal('ping'), id }),
  status: z.object({ type: z.literal('status'), id }),
  clients: z.object({ type: z.literal('clients'), id, after: count.default(0) }),
  disconnect: z.object({ type: z.literal('disconnect'), id, connection: name }),
  revoke: z.object({ type: z.literal('revoke'), id, subject, name }),
};

/** One connection, as an administrator sees it. */
const clientEntry = z.strictObject({
  /** Its place in the order in which connections were opened, from 1. */
  number: count,
  connection: name,
  user: name,
  role: z.enum(roles),
  /** The identifier of its token. */
  token: name,
  /** Wall time of its authentication. */
  sinceMs: z.number(),
  subscriptions: count,
});

/** One price of a batch. */
const batchEntry = z.strictObject({ price: z.number(), sequence: count, quotedAt: z.string() });

/** The symbols that a token permits, or null for all. */
const permitted = z.array(symbol).nullable();

/** Frames to clients. Each has exactly these fields; `type` is the first. */
export const serverFrames = {
  authenticated: z.strictObject({
    type: z.literal('authenticated'),
    connection: name,
    user: name,
    role: z.enum(roles),
    symbols: permitted,
    expiresAtMs: z.number(),
  }),
  refreshed: z.strictObject({
    type: z.literal('refreshed'),
    id,
    role: z.enum(roles),
    symbols: permitted,
    expiresAtMs: z.number(),
  }),
  subscribed: z.strictObject({ type: z.literal('subscribed'), id, symbols }),
  unsubscribed: z.strictObject({
    type: z.literal('unsubscribed'),
    /** Null if the gateway ended the subscriptions. */
    id: id.nullable(),
    symbols,
    /** Why the gateway ended them, or null. */
    reason: z.literal('symbol_forbidden').nullable(),
  }),
  price: z.strictObject({
    type: z.literal('price'),
    symbol,
    price: z.number(),
    epoch,
    sequence: count,
    /** Number of prices between the one before on this connection and this one. */
    skipped: count,
    quotedAt: z.string(),
  }),
  /** The newest price. All but the symbol is null, and `sequence` 0, if none is known yet. */
  snapshot: z.strictObject({
    type: z.literal('snapshot'),
    symbol,
    recovered: z.literal(false),
    price: z.number().nullable(),
    epoch: epoch.nullable(),
    sequence: count,
    quotedAt: z.string().nullable(),
  }),
  /** All prices after the position from which the client resumes, oldest first. */
  batch: z.strictObject({
    type: z.literal('batch'),
    symbol,
    recovered: z.literal(true),
    epoch,
    prices: z.array(batchEntry),
  }),
  /** The gateway has lost the source of the symbol. A snapshot follows when it has it again. */
  stale: z.strictObject({ type: z.literal('stale'), symbol }),
  comment: z.strictObject({ type: z.literal('comment'), symbol, from: name, text: z.string() }),
  /** `partial`: clients of other gateways may not get it. */
  commented: z.strictObject({ type: z.literal('commented'), id, partial: z.boolean() }),
  announcement: z.strictObject({ type: z.literal('announcement'), from: name, text: z.string() }),
  announced: z.strictObject({ type: z.literal('announced'), id, partial: z.boolean() }),
  pong: z.strictObject({ type: z.literal('pong'), id }),
  status: z.strictObject({
    type: z.literal('status'),
    id,
    health: z.enum(['ok', 'degraded']),
    connections: count,
    authenticated: count,
    subscriptions: count,
    streams: count,
    tasks: count,
    unsaved: count,
  }),
  clients: z.strictObject({
    type: z.literal('clients'),
    id,
    clients: z.array(clientEntry),
    /** The `after` of the next page, or null after the last one. */
    next: count.nullable(),
  }),
  disconnected: z.strictObject({ type: z.literal('disconnected'), id, connection: name }),
  /** The client sends too fast. `left`: frames that it may still send at once. */
  slow_down: z.strictObject({ type: z.literal('slow_down'), left: count }),
  /** Before a graceful stop closes the connection. */
  restarting: z.strictObject({ type: z.literal('restarting'), withinMs: count }),
  revoked: z.strictObject({ type: z.literal('revoked'), id, subject, name }),
  error: z.strictObject({
    type: z.literal('error'),
    code: z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]]),
    /** Null if the frame had none that could be read. */
    id: id.nullable(),
    text: z.string(),
  }),
};

const clientFrame = z.discriminatedUnion('type', Object.values(clientFrames) as Values<typeof clientFrames>);

/** The values of a table, as the tuple that zod wants. */
type Values<Table> = [Table[keyof Table], ...Table[keyof Table][]];

type FrameOf<Table> = { [Type in keyof Table]: z.infer<Table[Type]> }[keyof Table];

export type ClientFrame = FrameOf<typeof clientFrames>;
export type ServerFrame = FrameOf<typeof serverFrames>;
export type StatusFrame = z.infer<typeof serverFrames.status>;
export type Position = z.infer<typeof position>;
export type ClientEntry = z.infer<typeof clientEntry>;

/** A text that is not a frame of a client. */
export interface InvalidFrame {
  readonly type: 'invalid';
  readonly isJson: boolean;
  /** The id of the request, if it can be read. */
  readonly id: number | null;
}

/**
 * The frame in `text`, or that it is invalid. The messages of JSON.parse are dropped: they differ
 * by engine.
 */
export function parseFrame(text: string): ClientFrame | InvalidFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: 'invalid', isJson: false, id: null };
  }
  const result = clientFrame.safeParse(value);
  return result.success ? result.data : { type: 'invalid', isJson: true, id: idIn(value) };
}

/** One text frame. A broadcast serialises once and sends the same string to all subscribers. */
export function serialise(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** The frame for a refused request. */
export function errorFrame(code: ErrorCode, requestId: number | null): ServerFrame {
  return { type: 'error', code, id: requestId, text: errors[code].text };
}

function idIn(value: unknown): number | null {
  const request = z.object({ id }).safeParse(value);
  return request.success ? request.data.id : null;
}
