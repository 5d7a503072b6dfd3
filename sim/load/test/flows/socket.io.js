/** Two servers of Socket.IO in one process, joined by an adapter. */
import { io } from 'socket.io-client';
import { Server } from 'socket.io';
import { createAdapters } from './adapter.js';
import { note, print, printNotes, sleep, until } from './steps.js';

const { adapters, close } = await createAdapters(2);
const servers = adapters.map((adapter) => new Server({ adapter, transports: ['websocket'] }));
const ports = await Promise.all(
  servers.map(async (server) => {
    server.listen(0);
    const { httpServer } = server;
    if (!httpServer.listening) await new Promise((resolve) => httpServer.once('listening', resolve));
    return httpServer.address().port;
  }),
);

for (const [index, server] of servers.entries()) {
  server.on('connection', (socket) => {
    socket.data = { user: socket.handshake.auth.user, server: index };
    socket.on('join', async (room, answer) => {
      await socket.join(room);
      answer([...socket.rooms].length);
    });
    socket.on('disconnect', (reason) => note('left', socket.data.user, reason));
  });
  server.on('asked', (question, answer) => answer?.(`${question}, server ${index}`));
}

const users = ['ada', 'ben', 'eve', 'joe'];
const sockets = [];
const received = [];
for (const [index, user] of users.entries()) {
  const socket = io(`http://127.0.0.1:${ports[index % 2]}`, {
    forceNew: true,
    transports: ['websocket'],
    reconnection: false,
    auth: { user },
  });
  socket.onAny((event, ...values) => {
    const answer = typeof values.at(-1) === 'function' ? values.pop() : null;
    answer?.(`answer of ${user}`);
    received.push(
      `${user}: ${event} ${JSON.stringify(values.map((value) => (ArrayBuffer.isView(value) ? [...value] : value)))}`,
    );
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  sockets.push(socket);
}
const [ada, ben, eve] = sockets;
const [first, second] = servers;

/** Waits for a number of packets, and 100 ms for more. Their order among sockets is unspecified. */
const receives = async (label, count) => {
  await until(() => received.length >= count);
  await sleep(100);
  print(label, received.splice(0).toSorted());
};

await sleep(200);
for (const [index, rooms] of [['red'], ['red', 'blue'], ['blue'], []].entries())
  for (const room of rooms) print('joined', users[index], await sockets[index].emitWithAck('join', room));

first.emit('to all', 1, { deep: ['ü', null] });
await receives('to all', 4);
second.to('red').emit('to red', 'text');
await receives('to red', 2);
first
  .to('red')
  .to('blue')
  .emit('to both', Buffer.from([0, 255, 7]));
await receives('to both', 3);
first.except('red').emit('except red');
await receives('except red', 2);
first.local.emit('local');
await receives('local', 2);
second.of('/').sockets.get(ben.id).broadcast.emit('from ben');
await receives('from ben', 3);
first.to(eve.id).to(ben.id).emit('by id');
await receives('by id', 2);

const answers = await first.timeout(2000).emitWithAck('question');
await receives('question', 4);
print('answers', answers.toSorted());
print('no answer', await first.timeout(300).to('empty').emitWithAck('question'));

const usersIn = async (operator) =>
  (await operator.fetchSockets())
    .map(({ data, rooms }) => `${data.user} of ${data.server} in ${rooms.size}`)
    .toSorted();
print('all', await usersIn(first));
print('blue', await usersIn(second.in('blue')));
print('empty room', await usersIn(first.in('empty')));

print('servers', await first.serverSideEmitWithAck('asked', 'who'));
let asked = 0;
second.on('told', (...values) => (asked = values));
first.serverSideEmit('told', 'a', 2, [null]);
await until(() => asked !== 0);
print('told', asked);

first.in('blue').socketsJoin('green');
await until(async () => (await second.in('green').fetchSockets()).length === 2);
second.to('green').emit('to green');
await receives('to green', 2);
first.in('green').socketsLeave('blue');
await until(async () => (await first.in('blue').fetchSockets()).length === 0);
print('green', await usersIn(first.in('green')));

ada.disconnect();
await until(async () => (await second.fetchSockets()).length === 3);
printNotes();
first.in('green').disconnectSockets(true);
await until(async () => (await second.fetchSockets()).length === 1);
await until(() => !ben.connected && !eve.connected);
await sleep(100);
for (const socket of sockets) socket.disconnect();
await until(async () => (await first.fetchSockets()).length === 0);
for (const server of servers) await server.close();
await close();
print('closed');
