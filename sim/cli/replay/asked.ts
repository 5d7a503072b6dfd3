/** A replay that has run, and what its answers need. */
import type { ReplayResult } from '../../api/execute-replay.ts';
import type { Workers } from '../../api/workers.ts';
import type { SourceOf } from '../../kernel/placed-text.ts';
import type { FoundReplay } from '../../project/find-replay.ts';
import type { RunSecrets } from '../../report/redaction/run-secrets.ts';
import type { RunReport } from '../../search/job.ts';
import type { Session } from '../session.ts';

export interface Asked {
  readonly session: Session;
  readonly workers: Workers;
  readonly found: FoundReplay;
  /** The file or id that was given. */
  readonly named: string;
  readonly result: Exclude<ReplayResult, { verdict: 'invalid' }>;
  readonly sourceOf: SourceOf;
  readonly secrets: RunSecrets;
  /** The report of the result without secrets. */
  readonly shown: RunReport;
}
