/** The server as a main module: real http and `ws`. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { echo } from './echo.ts';

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', echo);
server.listen(Number(process.env['PORT']));
