/** Opens Node's inspector and waits for a debugger. */
import { createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { UsageError } from '../../project/usage-error.ts';

const HOST = '127.0.0.1';

/** The port that Chrome and VS Code try first. */
const USUAL_PORT = 9229;

type Inspector = typeof import('node:inspector');

/**
 * Calls `onWaiting` with the address, then blocks the thread until a debugger is ready. If the
 * inspector is open already, as when a debugger has started this process, it does neither. Throws
 * UsageError where there is no inspector.
 */
export async function openInspector(onWaiting: (url: string) => void): Promise<Inspector> {
  if (!isMainThread) throw new UsageError('inspecting needs the main thread of a process, and this is a worker');
  const inspector = await import('node:inspector').catch(() => {
    throw new UsageError('inspecting needs a Node.js with an inspector, and this one is built without');
  });
  if (inspector.url() !== undefined) return inspector;
  if (await isFree(USUAL_PORT)) inspector.open(USUAL_PORT, HOST);
  // Another process may have taken the port since.
  if (inspector.url() === undefined) inspector.open(0, HOST);
  const url = inspector.url();
  if (url === undefined) throw new UsageError(`the inspector could not listen on ${HOST}`);
  onWaiting(url);
  inspector.waitForDebugger();
  return inspector;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}
