/**
 * What is the cause in a failing run of each planted variant: the records without which a reader
 * can't know it. They follow from the variant, not from what a report shows.
 */
import type { Seed } from '../../sim/kernel/seed.ts';
import { applied, failed, hit, type Pattern, received } from './pattern.ts';

export interface Case {
  /** A seed that has failed; if it does not, the following ones are tried. */
  readonly seed: Seed;
  /** All of them are the cause. */
  readonly causes: readonly Pattern[];
}

/** By subject, as in the table of detection. */
export const CASES: Readonly<Record<string, Case>> = {
  // The last visitor that connected receives the answers to all.
  'docs/app/gateway': {
    seed: '0x1',
    causes: [
      { type: 'frame', fields: { kind: 'open', phase: 'delivered', direction: 'up' } },
      received('up', /^visitor/),
    ],
  },
  // The client is answered while the write of the second record is under way.
  'gateway dual-state': {
    seed: '0x1',
    causes: [{ type: 'command', fields: { command: 'set', key: /^conn:/, phase: 'sent' } }],
  },
  // A broadcast waits between two of its sends.
  'gateway unprotected-iteration': {
    seed: '0x7',
    causes: [{ type: 'timer', fields: { label: /^send:/, phase: 'started' } }],
  },
  // The store refuses to remove the row.
  'gateway orphaned-stream': { seed: '0x1c', causes: [failed('del', { which: 'first' })] },
  // The client is silent from here on.
  'gateway sweeper-not-started': { seed: '0x4', causes: [received('up', /./)] },
  'gateway silent-redis-failure': { seed: '0x1', causes: [failed('set', { which: 'first' }, { key: /^conn:/ })] },
  // The client answers before `send` calls back.
  'races/answered-early race': { seed: '0x1', causes: [received('down', /^welcome$/), received('up', /^question$/)] },
  // The order has taken effect although it seems to have failed, and is sent again.
  'races/delivered-twice race': {
    seed: '0x23',
    causes: [applied('publish', {}, { which: 'first' }), failed('publish', { which: 'first' }), received('up', /take/)],
  },
  // The holder stalls, and another node takes the lease.
  'races/expired-lease race': { seed: '0x8d', causes: [hit('node-stall'), applied('incr', { key: 'leases' })] },
  // The last visitor reads the number of seats before the first one writes it.
  'races/last-seat race': {
    seed: '0x4',
    causes: [applied('get', {}, { before: applied('set') }), applied('set', {}, { which: 'first' })],
  },
  // One writer reads what the other is about to replace.
  'races/lost-update race': { seed: '0x5', causes: [applied('get'), applied('set')] },
  // Two posts arrive together, and the second needs no wait.
  'races/order-lost race': { seed: '0x3', causes: [received('up', /http/), received('up', /hello/)] },
  'races/rate-window race': { seed: '0x6', causes: [hit('clock-jump')] },
  // News between the read and the subscription.
  'races/snapshot-gap race': { seed: '0x6', causes: [applied('lrange'), applied('publish'), applied('subscribe')] },
  // The price is in a cache, and the message that it has changed is lost.
  'races/stale-cache race': {
    seed: '0x5',
    causes: [applied('get', {}, { which: 'first' }), hit('redis-message-lost')],
  },
  'docs/leak/visitors kept-visitor': {
    seed: '0x1',
    causes: [{ type: 'frame', fields: { kind: 'close', phase: 'down', direction: 'up' } }],
  },
  // A listener for each member: the last one and its predecessors.
  'ws-chat listener-per-member': {
    seed: '0xe',
    causes: [{ type: 'http', fields: { direction: 'up', phase: 'delivered' } }],
  },
  // Another member is in the room already.
  'ws-chat joined-once': { seed: '0x7', causes: [received('down', /"joined"/, { which: 'first' })] },
  // The ready check fails on a connection that is subscribed.
  'ws-chat ready-check': { seed: '0x3f', causes: [failed('info')] },
  'ws-chat unsubscribes-with-members': { seed: '0x1', causes: [applied('unsubscribe')] },
  // The message comes back through Redis after it was sent directly.
  'ws-chat sent-twice': { seed: '0x1', causes: [received('up', /^member-1:1/), applied('publish')] },
  // A ping that the vanished client does not answer.
  'ws-chat pings-only': {
    seed: '0x12',
    causes: [
      hit('half-open'),
      { type: 'frame', fields: { kind: 'ping', phase: 'sent', direction: 'down', link: 'member-1#1' } },
    ],
  },
  'ws-chat token-not-verified': {
    seed: '0x1',
    causes: [{ type: 'http', fields: { direction: 'up', phase: 'delivered' } }],
  },
  // The answer names no bid.
  'fastify unanswered-bid': { seed: '0x1', causes: [received('down', /"rejected"/)] },
  'fastify equal-bid-wins': { seed: '0x1', causes: [applied('eval', {}, { which: 'first' }), applied('eval')] },
  // A bid between the read and the subscription.
  'fastify read-before-watch': {
    seed: '0xd',
    causes: [applied('hgetall', { node: 'node-2' }), applied('eval'), applied('subscribe', { node: 'node-2' })],
  },
  // A bid while the connection of the subscriber is broken.
  'fastify no-refresh': {
    seed: '0x18',
    causes: [hit('redis-reply-lost'), applied('eval')],
  },
  // The listener leaves before its channel is subscribed.
  'graphql-ws 5.14.3': {
    seed: '0x1e',
    causes: [{ type: 'frame', fields: { phase: 'down', direction: 'up' } }, applied('subscribe')],
  },
  'graphql-ws unsubscribes-with-listeners': { seed: '0x1', causes: [applied('unsubscribe'), applied('publish')] },
  // Two messages arrive at once.
  'graphql-ws drops-while-busy': {
    seed: '0xd',
    causes: [{ type: 'command', fields: { phase: 'delivered', key: 'chat:live:red' } }, applied('publish')],
  },
  // The second note has no acknowledgement.
  'socket.io unanswered-note': { seed: '0x1', causes: [received('down', /"note".*"position":2/)] },
  // A note between the read and the subscription.
  'socket.io read-before-join': {
    seed: '0xd',
    causes: [applied('lrange', { node: 'node-1' }), applied('rpush'), applied('publish')],
  },
  'socket.io local-only': { seed: '0x1', causes: [applied('rpush', { node: 'node-2' })] },
  // A node replaces what the other one has stored since it read it.
  'yjs overwrites': { seed: '0x1', causes: [applied('eval', { node: 'node-1' }), applied('eval', { node: 'node-2' })] },
  // The node exits after the write, and before it has stored it.
  'yjs exits-at-once': {
    seed: '0x26',
    causes: [
      { type: 'frame', fields: { direction: 'up', phase: 'delivered', text: containing('writer-1:') } },
      { type: 'node', fields: { phase: 'stopped' } },
    ],
  },
  'yjs readers-write': {
    seed: '0x2',
    causes: [{ type: 'frame', fields: { direction: 'up', phase: 'delivered', text: containing('reader-2:') } }],
  },
};

/** A binary frame with a text among its bytes. */
function containing(text: string): RegExp {
  return new RegExp(Buffer.from(text).toString('hex'));
}
