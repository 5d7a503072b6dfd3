/**
 * Runs entries of the contract of faults of TCP in the simulation: the server is node-1, the client
 * node-2. Faults are those of plans. Choices by key decide which message a fault hits, and where.
 */
import { formatSeed } from '../../../kernel/seed.ts';
import { MODES } from '../../../network/tcp/segmentation.ts';
import { runMain } from '../run-main.ts';
import type { Tools } from '../run-world.ts';
import type { Lines } from './real-tcp.ts';
import { HELPERS, type InjectedFault, type TcpEntry } from './tcp-entry.ts';

const PORT = 3000;
const DIALS_AT_MS = 1000;
const FAULT_AT_MS = 600;
const FAULT_MS = 1500;
const UNTIL_MS = 20_000;
/** Below all drawn choices of the seeds that are used, and above those that are given. */
const HARDLY_EVER = 1e-9;

/** `number` is the number of the seed. */
export async function simulatedLines({ fault, server, client }: TcpEntry, number: number): Promise<Lines> {
  const { records } = await runMain(mainOf(server, client), (tools) => inject(tools, fault), {
    nodes: 2,
    seed: formatSeed(BigInt(number)),
    choices: choicesOf(fault),
    untilMs: UNTIL_MS,
  });
  const lines: Record<string, string[]> = {};
  for (const record of records) {
    if (record.type !== 'probe' || record.name !== 'sim.output') continue;
    const [who, text] = JSON.parse(String(record.fields['line'])) as [string, string];
    (lines[who] ??= []).push(text);
  }
  return lines;
}

function mainOf(server: string, client: string): string {
  return `
    const net = require('node:net');
    const http = require('node:http');
    const emitLine = (who, text) => console.log(JSON.stringify([who, text]));
    ${HELPERS}
    if (process.env.NODE_NAME === 'node-1') {
      const listen = (server, options) => server.listen({ port: ${PORT}, ...options });
      ${server}
    } else {
      const [host, port] = ['node-1', ${PORT}];
      setInterval(() => undefined, 1000);
      setTimeout(() => {
        ${client}
      }, ${DIALS_AT_MS});
    }`;
}

function inject({ fault }: Tools, { kind }: InjectedFault): void {
  const isOfMessage = kind === 'segmentation' || kind === 'reset-in-message' || kind === 'end-in-message';
  const target = kind === 'slow-reader' ? 'node-2' : 'node-1';
  if (isOfMessage) fault(kind, target, FAULT_AT_MS, UNTIL_MS / 2, HARDLY_EVER);
  else fault(kind, target, FAULT_AT_MS, kind === 'slow-reader' ? 6000 : FAULT_MS, 1);
}

/** The first connection of the client's process. */
const CONNECTION = 'node-2.1/tcp/tcp/node-2.1#1';

function choicesOf(fault: InjectedFault): Readonly<Record<string, number>> {
  if (!('message' in fault)) return {};
  const { kind, direction, message } = fault;
  const scope = `${CONNECTION}/${kind}/${direction}`;
  const strikes = { [`${scope}/${message}`]: 0 };
  return fault.kind === 'segmentation'
    ? { ...strikes, [`${scope}/mode/${message}`]: (MODES.indexOf(fault.mode) + 0.5) / MODES.length }
    : { ...strikes, [`${scope}/at/${message}`]: fault.at };
}
