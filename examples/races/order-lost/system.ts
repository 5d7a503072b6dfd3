/** A chat that looks at links before it passes a message on, which takes a moment. */
import type { ServerSocket, StartSystem } from 'seedstorm';
import { say, serve } from '../serve.ts';

export const start: StartSystem = (node) => {
  const present = new Set<ServerSocket>();
  const last = new WeakMap<ServerSocket, Promise<void>>();

  async function pass(text: string): Promise<void> {
    // Who checks links is somebody else, and takes as long as it takes.
    if (text.includes('http')) await node.failpoint('link-check').catch(() => undefined);
    for (const socket of present) say(socket, `* ${text}`);
  }

  async function post(text: string, socket: ServerSocket): Promise<string> {
    // One after the other for each sender. A message that need not wait must not overtake one that does.
    const before = last.get(socket) ?? Promise.resolve();
    const passed = before.then(() => pass(text));
    last.set(socket, passed);
    await passed;
    return 'posted';
  }

  serve(node, ([word, ...words], socket) => {
    if (word === 'post') return post(words.join(' '), socket);
    present.add(socket);
    socket.once('close', () => present.delete(socket));
    return Promise.resolve('entered');
  });
  return {};
};
