/**
 * One record as one line: step, time, who, what. Text from clients and systems is made printable
 * here.
 */
import type {
  CommandRecord,
  FaultRecord,
  FrameRecord,
  HttpRecord,
  RedisRecord,
  NodeRecord,
  OperationRecord,
  ProbeRecord,
  RunRecord,
  TimerRecord,
} from '../kernel/record.ts';
import { printable } from '../kernel/printable.ts';

export interface RecordLine {
  /** True for an effect of a fault. */
  readonly marked: boolean;
  readonly step: number;
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
}

export function recordLine(record: RunRecord, textLengthMax: number): RecordLine {
  const { step, atMs } = record;
  const line = (who: string, what: string, marked = false): RecordLine => ({
    marked,
    step,
    atMs,
    who: printable(who),
    what: printable(what, textLengthMax),
  });
  switch (record.type) {
    case 'operation':
      return line(record.actor, operationText(record));
    case 'frame':
      return record.phase === 'down'
        ? line(record.direction === 'up' ? record.node : record.client, `${record.link} closed with ${record.code}`)
        : line(frameWay(record), frameText(record));
    case 'http':
      return line(frameWay(record), httpText(record));
    case 'command':
      return line(record.node, commandText(record));
    case 'redis':
      return line(record.node, redisText(record));
    case 'timer':
      return line(record.node, timerText(record));
    case 'node':
      return line(record.node, nodeText(record));
    case 'fault':
      return line('', faultText(record), !isPhase(record));
    case 'probe':
      return line(record.node, probeText(record));
  }
}

/**
 * True for the records that mark a phase of the run (heal, settled, left), not an injected fault.
 */
export function isPhase(record: FaultRecord): boolean {
  return record.id === 'run';
}

function operationText({ name, phase, detail, drawn = {} }: OperationRecord): string {
  if (phase === 'begin') return [name, 'begins', ...drawnTexts(drawn)].join(' ');
  return `${name} ${phase === 'fail' ? 'failed' : phase}${detail === '' ? '' : `: ${detail}`}`;
}

/** `stayMs=1203` for each value that the operation drew. */
function drawnTexts(drawn: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(drawn).map(([name, value]) => `${name}=${drawnText(value)}`);
}

function drawnText(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toFixed(4)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function redisText({ connection, phase, by }: RedisRecord): string {
  return `${connection} to Redis ${phase}${by === '' ? '' : ` by the ${by}`}`;
}

function frameWay({ client, node, direction }: FrameRecord | HttpRecord): string {
  return direction === 'up' ? `${client} → ${node}` : `${node} → ${client}`;
}

function frameText({ kind, phase, text, code }: FrameRecord): string {
  const what = {
    open: `open${text === '' ? '' : ` ${text}`}`,
    text,
    binary: `binary ${text}`,
    ping: 'ping',
    pong: 'pong',
    close: `close ${code}${text === '' ? '' : ` ${text}`}`,
  }[kind];
  return phase === 'delivered' ? what : `${phase}: ${what}`;
}

function httpText({ phase, direction, method, path, status }: HttpRecord): string {
  const what = direction === 'up' ? `${method} ${path}` : `response ${status}`;
  return phase === 'delivered' ? what : `${phase}: ${what}`;
}

function commandText({ command, key, phase, detail }: CommandRecord): string {
  const what = key === '' ? command : `${command} ${key}`;
  return `redis ${phase}: ${what}${detail === '' ? '' : ` (${detail})`}`;
}

function timerText({ label, owner, phase, place }: TimerRecord): string {
  const start = place === undefined ? '' : ` (${place})`;
  return `timer ${label}${owner === 'ambient' ? '' : ` of ${owner}`}${start} ${phase}`;
}

function nodeText({ phase, process, version, reason, exit }: NodeRecord): string {
  const notes = [
    ...(process > 1 ? [`process ${process}`] : []),
    ...(version === undefined ? [] : [`${version} version`]),
    ...(reason === undefined ? [] : [`by ${reason}`]),
    ...(exit === undefined ? [] : [exit.signal === '' ? `exit code ${exit.code}` : exit.signal]),
  ];
  return notes.length === 0 ? phase : `${phase} (${notes.join(', ')})`;
}

function faultText(record: FaultRecord): string {
  const { kind, target, phase, detail } = record;
  const words = kind.replaceAll('-', ' ');
  if (isPhase(record)) return words;
  if (phase === 'hit') return detail === '' ? words : `${words}: ${detail}`;
  const aim = target === '' || target === '*' ? '' : ` ${target}`;
  return `${words}${aim} ${phase === 'begun' ? 'begins' : 'ends'}`;
}

/** A line that a process wrote is shown as it is. */
function probeText({ name, fields }: ProbeRecord): string {
  if (name === 'sim.warning') return `warning: ${String(fields['text']).split('\n', 1)[0]}`;
  return name === 'sim.output' ? `│ ${String(fields['line'])}` : [name, ...fieldTexts(fields)].join(' ');
}

function fieldTexts(fields: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
}
