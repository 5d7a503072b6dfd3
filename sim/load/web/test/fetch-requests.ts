/** The contract of `fetch`: what is asked, and what bodies become. */
import type { NetEntry } from '../../../world/test/net/entry.ts';

/** Answers with what was asked. */
const ECHO = `async (request, response) => {
  const body = await bodyOf(request);
  say('server', request.method, request.url, headersOf(request), masked(body.toString('latin1')).replace(/x{1000,}/g, (row) => row.length));
  response.setHeader('content-type', 'text/plain;charset=utf-8');
  response.end('answer');
}`;

export const FETCH_REQUESTS: readonly NetEntry[] = [
  [
    'fetch asks as Node does, and its response has the members of a response',
    `
    await serving((request, response) => {
      say('server', request.method, request.url, request.httpVersion, headersOf(request));
      response.writeHead(201, 'Made', { 'content-type': 'application/json', 'x-two': ['a', 'b'], 'set-cookie': ['c=1', 'd=2'] });
      response.end('{"a":[1]}');
    }, async (base) => {
      const response = await fetch(base + '/items?a=b#hash', { headers: { 'X-Mine': 'yes', cookie: 'e=3' } });
      say('client', response.status, response.statusText, response.ok, response.type, response.redirected, response.bodyUsed);
      say('client', response.url.replace(base, ''), response instanceof Response, response.headers instanceof Headers, String(response));
      say('client', [...response.headers].filter(([name]) => name !== 'date'), response.headers.getSetCookie());
      say('client', await response.json(), response.bodyUsed);
      await failure('client', response.text());
    });`,
  ],
  [
    'bodies of each kind, with their types and lengths',
    `
    await serving(${ECHO}, async (base) => {
      const ask = async (init) => say('client', await (await fetch(base + '/', init)).text());
      await ask({ method: 'POST', body: 'text é' });
      await ask({ method: 'POST', body: JSON.stringify({ a: 1 }), headers: { 'content-type': 'application/json' } });
      await ask({ method: 'PUT', body: new URLSearchParams({ a: 'b c' }) });
      await ask({ method: 'PATCH', body: new Uint8Array([1, 2, 255]) });
      await ask({ method: 'DELETE' });
      await ask({ method: 'POST' });
      await ask({ method: 'POST', body: new Blob(['one', new Uint8Array(3), 'two'], { type: 'x/y' }) });
      await ask({ method: 'POST', body: new ArrayBuffer(2) });
    });`,
  ],
  [
    'a form with files',
    `
    await serving(${ECHO}, async (base) => {
      const form = new FormData();
      form.append('name', 'a "quoted"\\nvalue');
      form.append('file', new File(['content ', new Uint8Array([49, 50])], 'name.txt', { type: 'text/plain' }));
      form.append('blob', new Blob(['x'.repeat(70000)]));
      say('client', await (await fetch(base, { method: 'POST', body: form })).text());
    });
    const copy = await new Response(new URLSearchParams('a=1&b=2&a=3')).formData();
    say('form', [...copy], copy.getAll('a'), copy instanceof FormData);
    const text = '--x\\r\\nContent-Disposition: form-data; name="f"; filename="n.txt"\\r\\nContent-Type: a/b\\r\\n\\r\\nhello\\r\\n--x--\\r\\n';
    const file = (await new Response(text, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }).formData()).get('f');
    say('form', file.name, file.type, file.size, await file.text());`,
  ],
  [
    'a streamed request body, and what a request may not have',
    `
    await serving(${ECHO}, async (base) => {
      const body = new ReadableStream({
        async start(controller) {
          for (const text of ['one', 'two', 'three']) { controller.enqueue(Buffer.from(text)); await sleep(5); }
          controller.close();
        },
      });
      say('client', await (await fetch(base, { method: 'POST', body, duplex: 'half' })).text());
      await failure('client', fetch(base, { method: 'POST', body: new ReadableStream() }));
      await failure('client', fetch(base, { body: 'x' }));
      await failure('client', fetch(base, { method: 'TRACE' }));
      await failure('client', fetch(base, { headers: { 'bad name': 'x' } }));
    });
    await failure('address', fetch('/relative'));
    await failure('address', fetch('ftp://127.0.0.1/'));
    await failure('address', fetch('http://user:pass@127.0.0.1/'));
    await failure('address', fetch('http://127.0.0.1:6000/'));
    say('data', await (await fetch('data:text/plain;base64,aGVsbG8=')).text());`,
  ],
  [
    'redirects are followed, reported or refused',
    `
    await serving(async (request, response) => {
      const body = await bodyOf(request);
      const [, status, count] = /^\\/(\\d+)\\/(\\d+)/.exec(request.url) ?? [];
      say('server', request.method, request.url, body.length, request.headers['content-type']);
      if (status === undefined || count === '0') return response.end('arrived by ' + request.method);
      response.writeHead(Number(status), { location: '/' + status + '/' + (count - 1) }).end('moved');
    }, async (base) => {
      for (const status of [301, 302, 303, 307, 308]) {
        const response = await fetch(base + '/' + status + '/1', { method: 'POST', body: 'abc' });
        say('client', response.redirected, response.url.replace(base, ''), await response.text());
      }
      const manual = await fetch(base + '/302/1', { redirect: 'manual' });
      say('client', manual.status, manual.type, manual.headers.get('location'));
      await failure('client', fetch(base + '/302/1', { redirect: 'error' }));
      await failure('client', fetch(base + '/302/25'));
    });`,
  ],
  [
    'requests and responses can be made, copied and cloned',
    `
    const request = new Request('http://a.test/x', { method: 'post', body: 'abc', headers: [['A', '1'], ['a', '2']], credentials: 'include' });
    const copy = request.clone();
    say('request', request.method, request.url, [...request.headers], request.credentials, request.mode, request.redirect, request.signal.aborted, String(request));
    say('request', await copy.text(), copy.bodyUsed, request.bodyUsed, await request.text());
    const response = Response.json({ a: 1 }, { status: 202, headers: { b: 'c' } });
    const twin = response.clone();
    say('response', response.status, [...response.headers], await response.json(), (await twin.arrayBuffer()).byteLength);
    say('response', Response.error().type, Response.redirect('http://a.test/', 303).headers.get('location'));
    attempt('response', () => new Response('x', { status: 204 }));
    attempt('response', () => new Response('x', { status: 99 }));
    const headers = new Headers({ b: '1', A: '2' });
    headers.append('b', '3');
    headers.delete('a');
    say('headers', [...headers.keys()], headers.get('B'), headers.has('a'));
    attempt('headers', () => headers.set('a b', ''));
    class Mine extends Response { get twice() { return this.status * 2; } }
    say('class', new Mine('', { status: 201 }).twice, new Mine() instanceof Response, Mine.name);
    say('types', typeof fetch, fetch.name, fetch.length, [Headers, Request, Response, FormData].map(({ name }) => name));`,
  ],
];
