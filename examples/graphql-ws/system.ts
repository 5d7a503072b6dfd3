/**
 * A GraphQL server for subscriptions: the published package graphql-ws, unmodified, over a minimal
 * socket.
 */
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { makeServer as makeServer5143 } from 'graphql-ws-5.14.3';
import { makeServer as makeServer5150 } from 'graphql-ws-5.15.0';
import type { SimNode, RunningSystem, ServerSocket, StartSystem } from 'seedstorm';
import { ticks } from './ticks.ts';

const PROTOCOL = 'graphql-transport-ws';

/** The version to run. A variant replaces it with the older one. */
function chooseMakeServer(): typeof makeServer5143 {
  return makeServer5150;
}

export const start: StartSystem = (node: SimNode): RunningSystem => {
  const server = chooseMakeServer()<undefined, { readonly connection: string }>({
    schema: schemaFor(node),
    context: ({ extra }) => extra,
  });
  let connections = 0;
  node.listen((webSocket) => {
    connections += 1;
    const connection = `connection-${connections}`;
    node.probe.note('connection.accepted', { connection });
    const closed = server.opened(minimalSocket(webSocket), { connection });
    webSocket.on('close', (code: number, reason: Buffer) => void closed(code, reason.toString()));
  });
  return {};
};

/** The part of a socket that graphql-ws needs. */
function minimalSocket(webSocket: ServerSocket) {
  return {
    protocol: PROTOCOL,
    // As in the adapters of the package, messages to a closed socket are dropped.
    send: async (data: string) => {
      if (webSocket.readyState !== webSocket.OPEN) return;
      await new Promise<void>((resolve, reject) => {
        webSocket.send(data, (error) => (error ? reject(error) : resolve()));
      });
    },
    close: (code?: number, reason?: string) => webSocket.close(code, reason),
    onMessage: (listener: (data: string) => Promise<void>) => {
      webSocket.on('message', (data: Buffer) => {
        // On an error the socket is closed, so the rejection needs no further handling.
        listener(data.toString()).catch(() => webSocket.close(4500, 'Internal server error'));
      });
    },
  };
}

function schemaFor(node: SimNode): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { version: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        ticks: {
          type: new GraphQLNonNull(GraphQLInt),
          subscribe: (_source, _arguments, { connection }: { connection: string }) => ticks(node.clock, connection),
          resolve: (tick: number) => tick,
        },
      },
    }),
  });
}
