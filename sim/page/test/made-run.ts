/** A run of any size, as the simulator would record it: clients that talk to nodes, and Redis. */
import type { CausesOf } from '../../kernel/causes.ts';
import type { RunRecord } from '../../kernel/record.ts';
import { bundlePage } from '../bundle-page.js';
import type { PageData } from '../page-data.ts';
import { pageHtml } from '../page-html.ts';
import { pageRunOf, type RunOnPage } from '../page-run.ts';

const CLIENTS = 12;
const NODES = 3;

export const FAILURE_TEXT = 'client-1 missed word 5';

/** The text of a frame with this number. */
export type TextOf = (number: number) => string;

interface Made {
  readonly records: readonly RunRecord[];
  readonly causes: readonly CausesOf[];
}

/** About `count` records: per exchange an operation, two frames and a command. */
export function madeRecords(count: number, textOf: TextOf = (number) => `{"word":${number}}`): Made {
  const records: RunRecord[] = [];
  const causes: CausesOf[] = [];
  let step = 0;
  const add = (
    record: { readonly type: RunRecord['type'] } & Record<string, unknown>,
    ...because: number[]
  ): number => {
    causes.push(because);
    return records.push({ step, atMs: step / 2, ...record } as unknown as RunRecord) - 1;
  };
  for (let node = 1; node <= NODES; node += 1)
    add({ type: 'node', node: `node-${node}`, process: 1, phase: 'started' });
  for (let number = 1; records.length < count - 9; number += 1) {
    const client = `client-${(number % CLIENTS) + 1}`;
    const node = `node-${(number % NODES) + 1}`;
    const operation = { type: 'operation', id: `${client}.${number}`, actor: client, name: 'say', detail: '' } as const;
    const frame = {
      type: 'frame',
      link: `${client}#1`,
      client,
      node,
      kind: 'text',
      text: textOf(number),
      code: 0,
    } as const;
    const command = {
      type: 'command',
      node,
      connection: `${node}.redis`,
      command: 'set',
      key: `word:${number}`,
      number,
      detail: '',
    } as const;
    step += 1;
    const begun = add({ ...operation, phase: 'begin' });
    const sent = add({ ...frame, direction: 'up', phase: 'sent' }, begun);
    step += 1;
    const received = add({ ...frame, direction: 'up', phase: number % 10 === 0 ? 'lost' : 'delivered' }, sent);
    if (number % 10 === 0) continue;
    if (number % 25 === 1)
      add({ type: 'fault', id: `fault-${number}`, kind: 'latency', target: node, phase: 'begun', detail: '' });
    const asked = add({ ...command, phase: 'sent' }, received);
    step += 1;
    const applied = add({ ...command, phase: 'applied' }, asked);
    const replied = add({ ...command, phase: 'reply' }, applied);
    const answered = add({ ...frame, direction: 'down', phase: 'sent' }, replied, received);
    if (number % 25 === 1)
      add({ type: 'fault', id: `fault-${number}`, kind: 'latency', target: node, phase: 'ended', detail: '' });
    add({ ...operation, phase: 'ok' }, add({ ...frame, direction: 'down', phase: 'delivered' }, answered));
  }
  step += 1;
  add({ type: 'fault', id: 'run', kind: 'settled', target: '*', phase: 'ended', detail: '' }, records.length - 1);
  return { records, causes };
}

/** The HTML of a page over made records, which has failed at the last one. */
export async function madePage(
  made: Made,
  more: Partial<Omit<PageData, 'runs'>> = {},
  others: readonly RunOnPage[] = [],
  changes?: RunOnPage['changes'],
): Promise<string> {
  const failure = { verdict: 'violation', text: FAILURE_TEXT, step: made.records.at(-1)?.step ?? 0, atMs: 0 };
  const report = { ...made, failure } as unknown as RunOnPage['report'];
  const first = { name: 'replay', title: 'Shrunk', about: 'The run of the replay.', report, changes } as const;
  const runs = [first, ...others].map((run) => pageRunOf(run));
  const data: PageData = {
    name: 'answered',
    verdict: 'exact',
    facts: [['seed', '0x5f21c0de']],
    command: 'npx seedstorm replay a1b2c3',
    ...more,
    runs: runs.map(({ run }) => run),
    notes: [...runs.flatMap(({ cut }) => cut), ...(more.notes ?? [])],
  };
  return pageHtml(data, await bundlePage(process.cwd()));
}
