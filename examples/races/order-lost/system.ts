/** A chat that checks links, which takes a moment, before it passes a message on. */
import type { ServerSocket, StartSystem } from 'seedstorm';
import { say, serve } from '../serve.ts';

export const start: StartSystem = (node) => {
  const present = new Set<ServerSocket>();
  const last = new WeakMap<ServerSocket, Promise<void>>();

  async function pass(text: string): Promise<void> {
    // An external service checks links; the time that it takes is not bounded.
    if (text.includes('http')) await node.failpoint('link-check').catch(() => undefined);
    for (const socket of present) say(socket, `* ${text}`);
  }

  async function post(text: string, socket: ServerSocket): Promise<string> {
    // One message at a time for each sender: one that need not wait must not overtake one that
    // does.
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
