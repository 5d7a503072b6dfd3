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
import { argumentTexts } from './argument-texts.ts';
import { packetText } from './engine-io.ts';
import type { Folded } from './excerpt/fold.ts';
import { type LineContext, NO_CONTEXT } from './line-context.ts';
import { logLineText } from './log-line.ts';
import { withSources } from './placed-records.ts';

export interface RecordLine {
  /** True for an effect of a fault. */
  readonly marked: boolean;
  readonly step: number;
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
}

/** `context`: what the other records of the run show. */
export function recordLine(record: RunRecord, textLengthMax: number, context: LineContext = NO_CONTEXT): RecordLine {
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
      return line(record.actor, operationText(record, textLengthMax));
    case 'frame':
      return record.phase === 'down'
        ? line(
            record.direction === 'up' ? record.node : record.client,
            `${record.link} closed with ${closeText(record)}`,
          )
        : line(frameWay(record, context), frameText(record, context));
    case 'http':
      return line(frameWay(record, context), httpText(record));
    case 'command':
      return line(record.node, commandText(record, context.textOf.get(record)));
    case 'redis':
      return line(record.node, redisText(record));
    case 'timer':
      return line(record.node, timerText(record, context));
    case 'node':
      return line(record.node, nodeText(record));
    case 'fault':
      return line('', faultText(record), !isPhase(record));
    case 'probe':
      return line(record.node, probeText(record, textLengthMax, context));
  }
}

/** The first record, the number of those that look alike, and the time of the last of them. */
export function foldedLine(
  { record, alike }: Folded,
  textLengthMax: number,
  context: LineContext = NO_CONTEXT,
): RecordLine {
  const line = recordLine(record, textLengthMax, context);
  const last = alike.at(-1);
  if (alike.length < 2 || last === undefined) return line;
  return { ...line, what: `${line.what}  × ${alike.length}, until ${(last.atMs / 1000).toFixed(3)}` };
}

/**
 * True for the records that mark a phase of the run (heal, settled, left), not an injected fault.
 */
export function isPhase(record: FaultRecord): boolean {
  return record.id === 'run';
}

/** An argument takes at most half of the line. */
function operationText(
  { name, phase, detail, arguments: given, drawn }: OperationRecord,
  textLengthMax: number,
): string {
  if (phase === 'begin') return [name, 'begins', ...argumentTexts({ ...given, ...drawn }, textLengthMax / 2)].join(' ');
  return `${name} ${phase === 'fail' ? 'failed' : phase}${detail === '' ? '' : `: ${detail}`}`;
}

function redisText({ connection, phase, by }: RedisRecord): string {
  return `${connection} to Redis ${phase}${by === '' ? '' : ` by the ${by}`}`;
}

function frameWay(
  { client, link, node, direction }: FrameRecord | HttpRecord,
  { clientsWithSeveral }: LineContext,
): string {
  const end = clientsWithSeveral.has(client) ? link : client;
  return direction === 'up' ? `${end} → ${node}` : `${node} → ${end}`;
}

function frameText(record: FrameRecord, { engineIo }: LineContext): string {
  const { link, kind, phase, text } = record;
  const what = {
    open: `open${text === '' ? '' : ` ${text}`}`,
    text: engineIo.has(link) ? packetText(text) : text,
    binary: `binary ${text}`,
    ping: 'ping',
    pong: 'pong',
    close: `close ${closeText(record)}`,
  }[kind];
  return phase === 'delivered' ? what : `${phase}: ${what}`;
}

/** The code and, in quotes, the reason. */
function closeText({ code, reason }: FrameRecord): string {
  return reason === undefined ? String(code) : `${code} ${JSON.stringify(reason)}`;
}

function httpText({ phase, direction, method, path, status }: HttpRecord): string {
  const what = direction === 'up' ? `${method} ${path}` : `response ${status}`;
  return phase === 'delivered' ? what : `${phase}: ${what}`;
}

/** `text`: the parameters or the reply, if they are known. The parameters include the key. */
function commandText({ command, key, phase, detail }: CommandRecord, text: string | undefined): string {
  const isReply = phase === 'reply';
  const rest = isReply ? key : (text ?? key);
  const answer = isReply && text !== undefined ? ` → ${text}` : '';
  const what = `${rest === '' ? command : `${command} ${rest}`}${answer}`;
  return `redis ${phase}: ${what}${detail === '' ? '' : ` (${detail})`}`;
}

function timerText(record: TimerRecord, { placeOf }: LineContext): string {
  const { label, owner, phase } = record;
  const place = placeOf.get(record) ?? record.place;
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

/** A line that a process wrote is shown as it is, unless it is long and a logger's JSON. */
function probeText({ name, fields }: ProbeRecord, textLengthMax: number, { sourceOf }: LineContext): string {
  if (name === 'sim.warning') return `warning: ${String(fields['text']).split('\n', 1)[0]}`;
  if (name !== 'sim.output') return [name, ...fieldTexts(fields)].join(' ');
  const text = withSources(String(fields['line']), sourceOf);
  return `│ ${text.length > textLengthMax ? logLineText(text) : text}`;
}

function fieldTexts(fields: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
}
