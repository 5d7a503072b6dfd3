/** A server that answers each connection at most three times a second. */
import type { ServerSocket, StartSystem } from 'seedstorm';
import { serve } from '../serve.ts';

const PER_WINDOW = 3;
const WINDOW_MS = 1000;

export const start: StartSystem = (node) => {
  const recent = new WeakMap<ServerSocket, number[]>();

  /**
   * Monotonic, because setting the wall clock would end a window at once or extend it without
   * limit.
   */
  function nowMs(): number {
    return node.clock.monotonicMs();
  }

  function isAllowed(socket: ServerSocket): boolean {
    const now = nowMs();
    const within = (recent.get(socket) ?? []).filter((atMs) => now - atMs < WINDOW_MS);
    const allowed = within.length < PER_WINDOW;
    recent.set(socket, allowed ? [...within, now] : within);
    return allowed;
  }

  serve(node, (_words, socket) => Promise.resolve(isAllowed(socket) ? 'yes' : 'slower'));
  return {};
};
