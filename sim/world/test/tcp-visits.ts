/** A server and clients of HTTP on the simulated TCP, written by hand: see catalogue.test.ts. */
import { Client } from '../../network/client.ts';
import { addressOf } from '../../network/tcp/addresses.ts';
import type { TcpEnd, TcpEndEvents, TcpStack } from '../../system/tcp.ts';
import type { Tools } from './run-world.ts';

const PORT = 3000;
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const RESPONSE = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

const nothing = (): void => undefined;

/** Ends when its peer does. */
function events(end: () => TcpEnd | null, onText: (text: string) => void, onConnect = nothing): TcpEndEvents {
  return {
    onConnect: (failure) => (failure === null ? onConnect() : nothing()),
    onBytes: (bytes) => {
      onText(bytes.toString());
      return undefined;
    },
    onEnd: () => end()?.close(),
    onFailure: () => end()?.close(),
  };
}

/** Answers each request. */
export function serve(stack: TcpStack | null): void {
  // As a handle of `node:net` does. Without it, the port would outlive the process.
  stack?.atEnd(nothing);
  stack?.listen({ address: '0.0.0.0', port: PORT }, 511, (end, attach) => {
    attach(
      events(
        () => end,
        (text) => {
          if (text.endsWith('\r\n\r\n')) end.write(RESPONSE, nothing);
        },
      ),
    );
    end.readStart();
  });
}

/** Connects a client to a node, sends a request, and calls `onText` with what is answered. */
export function visitOverTcp(tools: Tools, name: string, node: string, onText: (text: string) => void): void {
  const stack = tools.world.network.stackOfClient(new Client(name));
  let end: TcpEnd | null = null;
  const ask = (): void => {
    end?.write(REQUEST, nothing);
    end?.readStart();
  };
  end = stack.connect(
    { address: addressOf(node), port: PORT },
    events(() => end, onText, ask),
  );
}
