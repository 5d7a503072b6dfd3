/**
 * Removes the secrets of runs before anything of them is printed, saved or passed on: from records,
 * console output, texts of failures and the state of the system. The runs themselves keep them, so
 * digests and verdicts stay the same.
 *
 * Plans keep their arguments, because a replay needs them.
 */
import { joined } from '../../kernel/placed-text.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { StateChange } from '../../kernel/state-change.ts';
import type { Failure } from '../../run/run-verdict.ts';
import type { Finding } from '../../search/finding.ts';
import type { Difference } from '../../search/first-difference.ts';
import type { RunReport } from '../../search/job.ts';
import { type Arguments, argumentsWithoutSecrets, argumentTextsIn } from './argument-secrets.ts';
import type { LinesOfStep } from '../code/step-lines.ts';
import { mapTexts } from './map-texts.ts';
import { withNames } from './named-values.ts';
import { Redactor } from './redactor.ts';
import { changeWithoutSecrets, valueWithoutSecrets } from './state-secrets.ts';

/** Fields of records with names of the simulator. They stay. */
export const NAME_FIELDS: ReadonlySet<string> = new Set(['actor', 'client', 'node', 'link']);

/** Fields of records with arguments of operations. */
const ARGUMENT_FIELDS: ReadonlySet<string> = new Set(['arguments', 'drawn']);

type ShownRun = Pick<RunReport, 'records' | 'printed' | 'texts' | 'failure'>;
interface ShownState {
  readonly before: ReadonlyMap<string, string>;
  readonly changes: readonly StateChange[];
}
type ShownFinding = Pick<Finding, 'records' | 'failure' | 'original' | 'holds' | 'difference'>;

/** For one command: a secret has the same number in all of its runs. */
export class RunSecrets {
  readonly #names = new Set<string>();
  readonly #redactor = new Redactor(this.#names);
  /** Texts without secrets. Most texts occur often. */
  #known = new Map<string, string>();

  /** A copy of the report. Its records are in the same positions. */
  inReport<Report extends ShownRun>(report: Report): Report {
    const { records, printed, failure } = report;
    const texts = report.texts?.map((one) => ({ ...one, text: withNames(one.text) }));
    this.#find(records ?? [], [
      ...[...(printed ?? []), ...(texts ?? [])].map(({ text }) => text),
      ...(failure === null ? [] : [failure.text]),
    ]);
    return {
      ...report,
      ...(records === undefined ? {} : { records: records.map(this.#record) }),
      ...(printed === undefined ? {} : { printed: printed.map((one) => ({ ...one, text: this.#redact(one.text) })) }),
      ...(texts === undefined ? {} : { texts: texts.map((one) => ({ ...one, text: this.#redact(one.text) })) }),
      failure: failure === null ? null : this.#failure(failure),
    };
  }

  inFinding<Found extends ShownFinding>(found: Found): Found {
    const { records, failure, original, holds, difference } = found;
    this.#find([...records, ...recordsOf(difference)], [failure.text, original.text, holds ?? '']);
    return {
      ...found,
      records: records.map(this.#record),
      failure: this.#failure(failure),
      original: this.#failure(original),
      ...(holds == null ? {} : { holds: this.#redact(holds) }),
      ...(difference == null ? {} : { difference: this.#difference(difference) }),
    };
  }

  inDifference(difference: Difference): Difference {
    this.#find(recordsOf(difference), []);
    return this.#difference(difference);
  }

  inText(text: string): string {
    this.#find([], [text]);
    return this.#redact(text);
  }

  /** The code of blocks may contain a secret. */
  inLines(lines: LinesOfStep): LinesOfStep {
    const { skipped } = lines;
    this.#find(
      [],
      skipped.map(({ code }) => code),
    );
    return { ...lines, skipped: skipped.map((block) => ({ ...block, code: this.#redact(block.code) })) };
  }

  /** The state of some steps. */
  inState<State extends ShownState>(state: State): State {
    return { ...state, before: this.#inValues(state.before), changes: this.inChanges(state.changes) };
  }

  /** A run with a change after which it passes. */
  inPassing<Passing extends { readonly when: string; readonly report: RunReport }>(passing: Passing): Passing {
    return { ...passing, report: this.inReport(passing.report), when: this.inText(passing.when) };
  }

  inChanges(changes: readonly StateChange[]): StateChange[] {
    this.#find(
      [],
      changes.flatMap(({ path, before, after }) => [path, before ?? '', after ?? '']),
    );
    return mapTexts(changes.map(changeWithoutSecrets), this.#redact);
  }

  /** By path. */
  #inValues(values: ReadonlyMap<string, string>): Map<string, string> {
    this.#find([], [...values].flat());
    return new Map(
      [...values].map(([path, value]) => [this.#redact(path), this.#redact(valueWithoutSecrets(path, value))]),
    );
  }

  /** Finds all secrets before the first text is redacted: one may first occur without its name. */
  #find(records: readonly RunRecord[], texts: readonly string[]): void {
    for (const record of records)
      for (const [field, value] of Object.entries(record)) if (NAME_FIELDS.has(field)) this.#names.add(String(value));
    const all = new Set(texts);
    for (const record of records) for (const text of textsOf(record)) all.add(text);
    for (const text of all) this.#redactor.find(text);
    this.#known = new Map();
  }

  readonly #redact = (text: string): string => {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const safe = this.#redactor.redact(text);
    this.#known.set(text, safe);
    return safe;
  };

  readonly #record = (record: RunRecord): RunRecord => {
    const changed = Object.entries(record).flatMap(([field, value]: [string, unknown]) => {
      if (ARGUMENT_FIELDS.has(field)) {
        const safe = argumentsWithoutSecrets(value as Arguments, this.#redact);
        return safe === value ? [] : [[field, safe]];
      }
      const text = NAME_FIELDS.has(field) ? null : textOf(value);
      const safe = text === null ? null : this.#redact(text);
      if (safe === text || safe === null) return [];
      return [[field, typeof value === 'string' ? safe : (JSON.parse(safe) as unknown)]];
    });
    return changed.length === 0 ? record : { ...record, ...(Object.fromEntries(changed) as object) };
  };

  /** The places in the text stay where they are in it. */
  #failure(failure: Failure): Failure {
    const { text } = failure;
    if (failure.verdict === 'violation') return { ...failure, text: this.#redact(text) };
    const { places = [] } = failure;
    if (places.length === 0) return { ...failure, text: this.#redact(text) };
    let offset = 0;
    const parts = places.flatMap(({ start, end, place }) => {
      const before = this.#redact(text.slice(offset, start));
      offset = end;
      const name = text.slice(start, end);
      return [before, { text: name, places: [{ start: 0, end: name.length, place }] }];
    });
    return { ...failure, ...joined([...parts, this.#redact(text.slice(offset))], '') };
  }

  #difference(difference: Difference): Difference {
    const { left, right, before, afterLeft, afterRight } = difference;
    return {
      ...difference,
      left: left === null ? null : this.#record(left),
      right: right === null ? null : this.#record(right),
      before: before.map(this.#record),
      afterLeft: afterLeft.map(this.#record),
      afterRight: afterRight.map(this.#record),
    };
  }
}

function recordsOf(difference: Difference | null | undefined): readonly RunRecord[] {
  if (difference == null) return [];
  const { left, right, before, afterLeft, afterRight } = difference;
  return [left, right, ...before, ...afterLeft, ...afterRight].filter((record) => record !== null);
}

function textsOf(record: RunRecord): string[] {
  return Object.entries(record).flatMap(([field, value]: [string, unknown]) =>
    NAME_FIELDS.has(field)
      ? []
      : ARGUMENT_FIELDS.has(field)
        ? argumentTextsIn(value as Arguments)
        : (textOf(value) ?? []),
  );
}

/** Objects are JSON, so that the names of their members show which are secret. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : null;
}
