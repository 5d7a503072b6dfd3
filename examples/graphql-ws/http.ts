/**
 * GraphQL over HTTP POST: `{query, variables?, operationName?}` as JSON. Queries and mutations
 * only.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type DocumentNode,
  execute,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';

const MAX_BODY_BYTES = 100 * 1024;

interface Answer {
  readonly status: number;
  readonly body: object;
}

class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new HttpError(415, 'send application/json');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if ((size += chunk.length) > MAX_BODY_BYTES) throw new HttpError(413, 'the body is too large');
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
  if (typeof body !== 'object' || body === null) throw new HttpError(400, 'the body is not an object');
  return body as Record<string, unknown>;
}

export function graphqlHttpHandler(schema: GraphQLSchema, roots: { query: object; mutation: object }) {
  async function run(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'POST') throw new HttpError(405, 'use POST');
    const { query, variables, operationName } = await readJson(request);
    if (typeof query !== 'string') throw new HttpError(400, 'query is missing');
    if (variables != null && typeof variables !== 'object') throw new HttpError(400, 'variables is not an object');
    if (operationName != null && typeof operationName !== 'string')
      throw new HttpError(400, 'operationName is not a string');

    let document: DocumentNode;
    try {
      document = parse(query);
    } catch (error) {
      if (error instanceof GraphQLError) return { status: 400, body: { errors: [error] } };
      throw error;
    }
    const errors = validate(schema, document);
    if (errors.length > 0) return { status: 400, body: { errors } };
    const operation = getOperationAST(document, operationName)?.operation;
    if (!operation) throw new HttpError(400, 'no such operation');
    if (operation === OperationTypeNode.SUBSCRIPTION) throw new HttpError(400, 'subscriptions need the websocket');

    const body = await execute({
      schema,
      document,
      rootValue: roots[operation],
      variableValues: variables as Record<string, unknown> | null | undefined,
      operationName,
    });
    return { status: 200, body };
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let answer: Answer;
    try {
      answer = await run(request);
    } catch (error) {
      if (!(error instanceof HttpError)) console.error(error);
      const { status, message } = error instanceof HttpError ? error : new HttpError(500, 'internal error');
      answer = { status, body: { errors: [{ message }] } };
    }
    if (answer.status === 405) response.setHeader('allow', 'POST');
    // An unread rest of the body would be taken for the next request on this connection.
    if (!request.complete) response.setHeader('connection', 'close');
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(answer.body));
  };
}
