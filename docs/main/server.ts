/** A server as it is deployed: `node server.ts` runs it. It knows nothing of seedstorm. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer((_request, response) => response.end('ok'));
const sockets = new WebSocketServer({ server, path: '/chat' });

sockets.on('connection', (socket) => {
  const beat = setInterval(() => socket.ping(), 10_000);
  socket.on('error', () => undefined);
  socket.on('close', () => clearInterval(beat));
  socket.on('message', (data) => {
    for (const client of sockets.clients) client.send(String(data));
  });
});

process.on('SIGTERM', () => {
  for (const client of sockets.clients) client.close(1001);
  server.close();
});

server.listen(Number(process.env['PORT']), () => console.log('ready'));
