/** Sessions of express-session in connect-redis: over HTTP, and with a time to live. */
import http from 'node:http';
import express from 'express';
import session from 'express-session';
import { RedisStore } from 'connect-redis';
import { connect, library } from './client.js';
import { prefix, print, sleep } from './steps.js';

const client = await connect();
const store = new RedisStore({ client, prefix: `${prefix}:`, ttl: 1 });
const app = express();
app.use(session({ store, secret: 'secret', resave: false, saveUninitialized: false, rolling: true }));
app.get('/visit', (request, response) => {
  request.session.visits = (request.session.visits ?? 0) + 1;
  response.json({ visits: request.session.visits });
});
app.get('/read', (request, response) => response.json({ visits: request.session.visits ?? null }));
app.get('/renew', (request, response) => {
  request.session.regenerate((error) =>
    response.json({ renewed: error ?? true, visits: request.session.visits ?? null }),
  );
});
app.get('/leave', (request, response) => request.session.destroy((error) => response.json({ left: error ?? true })));
const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const jars = {};
const get = (user, path) =>
  new Promise((resolve, reject) => {
    const headers = jars[user] === undefined ? {} : { cookie: jars[user] };
    const request = http.get(
      { host: '127.0.0.1', port: server.address().port, path, headers, agent: false },
      (response) => {
        const [cookie] = response.headers['set-cookie'] ?? [];
        if (cookie !== undefined) [jars[user]] = cookie.split(';');
        let body = '';
        response.setEncoding('utf8').on('data', (text) => (body += text));
        response.on('end', () => resolve(body));
      },
    );
    request.on('error', reject);
  });

for (const [user, path] of [
  ['ada', '/visit'],
  ['ada', '/visit'],
  ['ben', '/visit'],
  ['ada', '/read'],
  ['eve', '/read'],
])
  print(user, path, await get(user, path));
const call = (method, ...parameters) =>
  new Promise((resolve, reject) =>
    store[method](...parameters, (error, result) => (error ? reject(error) : resolve(result))),
  );
print('sessions', await call('length'), (await call('all')).map(({ visits }) => visits).toSorted());
const before = jars.ada;
print('ada /renew', await get('ada', '/renew'), jars.ada !== before);
print('ada /visit', await get('ada', '/visit'));

// A session that is used stays longer than its time to live, and one that is not is gone.
for (let count = 0; count < 3; count += 1) {
  await sleep(600);
  print('ada', await get('ada', '/read'));
}
print('ben', await get('ben', '/read'));
print('ada /leave', await get('ada', '/leave'));
print('sessions', await call('length'));

const cookie = { maxAge: 400, originalMaxAge: 400, expires: new Date(Date.now() + 400) };
await call('set', 'short', { cookie, name: 'short' });
print('short', (await call('get', 'short')).name);
await sleep(1100);
print('short', (await call('get', 'short')) ?? null, await call('ids'));
await call('set', 'touched', { cookie: { originalMaxAge: null } });
await sleep(700);
await call('touch', 'touched', { cookie: { originalMaxAge: null } });
await sleep(700);
print('touched', await call('ids'));
await call('clear');
print('cleared', await call('ids'));

server.close();
if (library === 'redis') await client.close();
else await client.quit();
