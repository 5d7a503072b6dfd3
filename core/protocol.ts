import { z } from 'zod';
import type { FrameCode } from './errors.ts';
import { errors } from './errors.ts';
import type { HealthState } from './health.ts';

const symbol = z.string().min(1).max(32);

const clientFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('authenticate'), token: z.string().min(1).max(8192) }),
  z.object({ type: z.literal('subscribe'), symbol }),
  z.object({ type: z.literal('unsubscribe'), symbol }),
  z.object({ type: z.literal('comment'), symbol, text: z.string() }),
  z.object({ type: z.literal('status') }),
]);

/** Frames from clients. One JSON object per text frame; unknown fields are ignored. */
export type ClientFrame = z.infer<typeof clientFrame>;

/** Frames to clients. */
export type ServerFrame =
  | { readonly type: 'authenticated'; readonly connection: string; readonly user: string; readonly role: string }
  | { readonly type: 'subscribed'; readonly symbol: string }
  | { readonly type: 'unsubscribed'; readonly symbol: string }
  | PriceFrame
  | { readonly type: 'comment'; readonly symbol: string; readonly from: string; readonly text: string }
  | StatusFrame
  | { readonly type: 'error'; readonly code: FrameCode; readonly text: string };

export interface PriceFrame {
  readonly type: 'price';
  readonly symbol: string;
  readonly price: number;
  /** Grows by one with each price of a symbol while its stream runs. */
  readonly sequence: number;
  readonly quotedAt: string;
}

export interface StatusFrame {
  readonly type: 'status';
  readonly health: HealthState;
  readonly connections: number;
  readonly authenticated: number;
  readonly subscriptions: number;
  readonly streams: number;
  readonly tasks: number;
  /** Number of connections whose row in the store is not confirmed. */
  readonly unsaved: number;
}

/**
 * The frame in `text`, or why it is invalid. The messages of JSON.parse are dropped: they differ by
 * engine.
 */
export function parseFrame(text: string): ClientFrame | 'not-json' | 'not-a-frame' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not-json';
  }
  const result = clientFrame.safeParse(value);
  return result.success ? result.data : 'not-a-frame';
}

/** One text frame. A broadcast serialises once and sends the same string to all subscribers. */
export function serialise(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** The frame for a refusal that does not end the connection. */
export function errorFrame(code: FrameCode): ServerFrame {
  return { type: 'error', code, text: errors[code].text };
}
