import { expect, test } from 'vitest';
import { ANY, LOOPBACK } from './addresses.ts';
import { type TcpHost, TcpPorts } from './ports.ts';

const host = (nodeName: string) => ({ nodeName, name: `${nodeName}.1`, alive: true });
const OWN = '10.0.0.1';

function listen(ports: TcpPorts, at: TcpHost, address: string, port: number) {
  return ports.listen(at, OWN, { address, port }, 10, () => {
    throw new Error('no connection was expected');
  });
}

test('a port is taken once for overlapping addresses, and free when its listener has closed', () => {
  const ports = new TcpPorts();
  const node = host('node-1');
  const first = listen(ports, node, LOOPBACK, 80);
  expect([listen(ports, node, LOOPBACK, 80), listen(ports, node, ANY, 80)]).toEqual(['EADDRINUSE', 'EADDRINUSE']);
  expect(listen(ports, node, OWN, 80)).toMatchObject({ address: { address: OWN, port: 80 } });
  expect(listen(ports, host('node-2'), LOOPBACK, 80)).toMatchObject({ address: { port: 80 } });
  expect(listen(ports, node, '10.9.9.9', 81)).toBe('EADDRNOTAVAIL');
  if (typeof first === 'string') throw new Error(first);
  first.close();
  expect(listen(ports, node, LOOPBACK, 80)).toMatchObject({ address: { port: 80 } });
});

test('port 0 is a free one, and other machines do not reach loopback', () => {
  const ports = new TcpPorts();
  const node = host('node-1');
  expect(listen(ports, node, LOOPBACK, 0)).toMatchObject({ address: { port: 40_000 } });
  expect(listen(ports, node, ANY, 0)).toMatchObject({ address: { port: 40_001 } });
  expect(ports.at('node-1', 40_000, false)).toBeUndefined();
  expect(ports.at('node-1', 40_000, true)?.address.address).toBe(LOOPBACK);
  expect(ports.frontOf('node-1')).toEqual({ address: ANY, port: 40_001 });
});

test('the ports of a process end with it', () => {
  const ports = new TcpPorts();
  const node = host('node-1');
  listen(ports, node, ANY, 80);
  node.alive = false;
  expect([ports.at('node-1', 80, false), ports.frontOf('node-1')]).toEqual([undefined, undefined]);
  ports.hostEnded(node);
  expect(listen(ports, host('node-1'), ANY, 80)).toMatchObject({ address: { port: 80 } });
});
