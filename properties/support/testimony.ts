/**
 * What the gateway reports about itself. A system with `start` reports through the probe of its
 * node. The main has none and writes each report as a line of its log: the same names and fields.
 */
import type { RunRecord } from '../../sim/index.ts';

type ProbeRecord = Extract<RunRecord, { type: 'probe' }>;

/** A line of the log, as pino writes it. The message is the name of the report. */
interface Line {
  readonly level: number;
  readonly time: number;
  readonly probe: true;
  readonly msg: string;
}

/** In each line that `pinoProbe` writes. */
const MARK = '"probe":true';

/** Several checkers read each record in turn. */
let last: { readonly line: ProbeRecord; readonly report: ProbeRecord } | null = null;

/** The report in a record, from either source. Other records and lines are returned as they are. */
export function reportOf(record: ProbeRecord): ProbeRecord {
  if (record.name !== 'sim.output') return record;
  if (last?.line === record) return last.report;
  last = { line: record, report: parsed(record) };
  return last.report;
}

function parsed(record: ProbeRecord): ProbeRecord {
  const text = String(record.fields['line']);
  if (record.fields['stream'] !== 'stdout' || !text.includes(MARK)) return record;
  const { level: _level, time: _time, probe: _probe, msg, ...fields } = JSON.parse(text) as Line;
  return { ...record, name: msg, fields };
}
