/** The contract of `node:net`: addresses of IPv4 and IPv6. */
import type { NetEntry } from './entry.ts';

export const NET_ADDRESSES: readonly NetEntry[] = [
  [
    'addresses of IPv4 and IPv6 that lead to a machine itself',
    `(async () => {
       for (const host of [undefined, '::', '::1', '0.0.0.0', '127.0.0.1', 'localhost'])
         for (const to of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
           const who = host + ' from ' + to;
           await new Promise((done) => {
             const server = net.createServer((socket) => {
               say(who, 'accepted', socket.remoteAddress, socket.remoteFamily, socket.localAddress, socket.localFamily);
               socket.end();
             }).listen({ port: 0, host }, () => {
               const { address, family, port } = server.address();
               say(who, address, family);
               const socket = net.connect(port, to, () => say(who, 'connected', socket.remoteAddress, socket.remoteFamily, socket.localAddress, socket.localFamily));
               socket.on('error', (error) => say(who, error.code, error.address)).resume();
               socket.on('close', () => server.close(done));
             });
           });
         }
       const ports = net.createServer().listen(0, () => {
         const { port } = ports.address();
         let count = 0;
         for (const host of ['::', '::1', '0.0.0.0', '127.0.0.1'])
           net.createServer().on('error', ({ code }) => { say('second', host, code); if (++count === 4) ports.close(); }).listen(port, host);
       });
       const loopback = net.createServer().listen(0, '::1', () => {
         const { port } = loopback.address();
         const other = net.createServer().listen(port, '0.0.0.0', () => {
           say('both', other.address().address, other.address().family);
           other.close();
           loopback.close();
         });
       });
     })();`,
  ],
];
