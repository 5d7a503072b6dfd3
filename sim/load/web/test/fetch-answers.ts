/** The contract of `fetch`: what is answered, how connections are used, and how it fails. */
import type { NetEntry } from '../../../world/test/net/entry.ts';

export const FETCH_ANSWERS: readonly NetEntry[] = [
  [
    'a body arrives while it is written',
    `
    await serving(async (request, response) => {
      for (const text of ['one ', 'two ', 'three']) { response.write(text); await sleep(20); }
      response.end();
    }, async (base) => {
      const response = await fetch(base);
      say('client', response.body instanceof ReadableStream);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        heard('client', value);
      }
      let count = 0;
      for await (const chunk of (await fetch(base)).body) count += chunk.length;
      say('client', count, (await (await fetch(base)).blob()).size, (await (await fetch(base)).bytes()).length);
    });`,
  ],
  [
    'large bodies in both directions',
    `
    const bytes = Buffer.alloc(1_500_000, 'abcdefghijklm');
    await serving(async (request, response) => {
      say('server', digestOf(await bodyOf(request)));
      response.end(bytes);
    }, async (base) => {
      const response = await fetch(base, { method: 'POST', body: bytes });
      say('client', digestOf(Buffer.from(await response.arrayBuffer())), response.headers.get('content-length'));
    });`,
  ],
  [
    'responses without a body',
    `
    await serving((request, response) => {
      response.writeHead(Number(request.url.slice(1)), { 'content-length': request.url === '/200' ? '5' : '0' }).end();
    }, async (base) => {
      for (const [status, method] of [[200, 'HEAD'], [204, 'GET'], [304, 'GET'], [404, 'GET'], [500, 'POST']]) {
        const response = await fetch(base + '/' + status, { method });
        say('client', response.status, response.ok, response.body === null, await response.text());
      }
    });`,
  ],
  [
    'a compressed body that was not asked for is decoded',
    `
    const codings = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync };
    await serving((request, response) => {
      const name = request.url.slice(1);
      const bytes = name === 'broken' ? Buffer.from('no gzip') : codings[name](Buffer.from('text '.repeat(1000)));
      response.setHeader('content-encoding', name === 'broken' ? 'gzip' : name);
      response.end(bytes);
    }, async (base) => {
      for (const name of Object.keys(codings)) {
        const response = await fetch(base + '/' + name);
        say('client', response.headers.get('content-encoding'), digestOf(Buffer.from(await response.arrayBuffer())));
      }
      const response = await fetch(base + '/broken');
      await failure('client', response.text());
    });`,
  ],
  [
    'connections are kept and used again',
    `
    let count = 0;
    await serving((request, response) => response.end('connection ' + request.socket.number), async (base, server) => {
      server.on('connection', (socket) => { count += 1; socket.number = count; });
      const get = async () => (await fetch(base)).text();
      say('client', await get(), await get());
      await sleep(50);
      say('client', await get());
      say('client', new Set(await Promise.all([get(), get(), get()])).size);
      server.closeIdleConnections();
      await sleep(50);
      say('client', await get() === 'connection ' + count);
      say('client', await (await fetch(base, { keepalive: false, headers: { connection: 'close' } })).text() !== '', await get() !== '');
    });`,
  ],
  [
    'connections that are kept do not keep the process alive',
    `
    const server = http.createServer((request, response) => response.end('answer'));
    server.on('connection', (socket) => socket.unref());
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    server.unref();
    say('client', await (await fetch('http://127.0.0.1:' + server.address().port)).text());
    const endedAt = performance.now();
    process.prependListener('exit', () => say('client', performance.now() - endedAt < 3500));`,
  ],
  [
    'a closed port, an unknown name, and a server that closes the connection',
    `
    await failure('client', fetch('http://127.0.0.1:' + await unusedPort() + '/'));
    await failure('client', fetch('http://nowhere.invalid/'));
    await serveSockets((socket) => socket.on('data', () => socket.end()), (base) => failure('end', fetch(base)));
    await serveSockets((socket) => socket.on('data', () => socket.destroy()), (base) => failure('destroy', fetch(base)));
    await serveSockets((socket) => socket.on('data', () => socket.resetAndDestroy()), (base) => failure('reset', fetch(base)));
    await serveSockets((socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\nhalf')), async (base) => {
      const response = await fetch(base);
      say('half', response.status);
      await failure('half', response.text());
    });
    await serveSockets((socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nhalf\\r\\n')), async (base) => {
      await failure('chunk', (await fetch(base)).text());
    });`,
  ],
  [
    'answers that are not HTTP',
    `
    const answers = ['HTPT/1.1 200 OK\\r\\n\\r\\n', 'HTTP/1.1 200 OK\\r\\nContent-Length: x\\r\\n\\r\\n',
      'HTTP/1.1 200 OK\\r\\nA B: c\\r\\n\\r\\n', 'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxx\\r\\n', 'HTTP/1.1 200 OK\\r\\nA: ' + 'x'.repeat(40000) + '\\r\\n\\r\\n'];
    for (const answer of answers)
      await serveSockets((socket) => socket.on('data', () => socket.end(answer)), (base) =>
        failure('client', fetch(base).then((response) => response.text())));
    await serveSockets((socket) => socket.on('data', () => socket.end('HTTP/1.1 103 Early Hints\\r\\nLink: x\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\nuntil the end')), async (base) =>
      say('client', await (await fetch(base)).text()));`,
  ],
  [
    'a signal aborts at any time, with its reason',
    `
    await serving(async (request, response) => {
      request.on('close', () => undefined);
      response.on('close', () => say('server ' + request.url, 'closed', response.writableFinished));
      if (request.url === '/headers') return;
      response.write('first');
    }, async (base) => {
      await failure('before', fetch(base + '/before', { signal: AbortSignal.abort() }));
      await failure('before', fetch(base + '/before', { signal: AbortSignal.abort(new Error('mine')) }));
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 500);
      await failure('headers', fetch(base + '/headers', { signal: controller.signal }));
      await failure('timeout', fetch(base + '/headers', { signal: AbortSignal.timeout(500) }));
      const later = new AbortController();
      const response = await fetch(base + '/body', { signal: later.signal });
      const text = response.text();
      setTimeout(() => later.abort('a reason'), 50);
      await failure('body', text);
      const reader = (await fetch(base + '/cancel')).body.getReader();
      say('cancel', Buffer.from((await reader.read()).value).toString());
      await reader.cancel();
      await sleep(300);
    });`,
  ],
  [
    'events of a server',
    `
    let count = 0;
    await serving((request, response) => {
      count += 1;
      say('server', request.headers.accept, request.headers['last-event-id']);
      if (count > 2) { response.writeHead(204).end(); return; }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 20\\n\\nid: ' + count + '\\ndata: one\\ndata: two\\n\\nevent: other\\ndata: three\\n\\n');
      setTimeout(() => response.end(), 20);
    }, async (base) => {
      const source = new EventSource(base);
      source.onopen = () => say('client', 'open', source.readyState);
      source.onmessage = ({ data, lastEventId }) => say('client', data, lastEventId);
      source.addEventListener('other', ({ data, type }) => say('client', type, data));
      await new Promise((done) => { source.onerror = () => { say('client', 'error', source.readyState); if (source.readyState === 2) done(); }; });
    });`,
  ],
];
