/** Measures how soon the search finds each subject, and prints the result as a table. */
import {
  type Detection,
  DETECTION_STRATEGIES,
  type DetectionSizes,
  type DetectionStrategy,
  detect,
} from './campaigns.ts';
import { subjectsNamed } from './subjects.ts';

export interface DetectionFilter {
  /** Stops after this number of subjects. */
  readonly subjectsMax?: number | undefined;
  /** Only subjects whose names contain it. */
  readonly subject?: string | undefined;
  readonly strategy?: DetectionStrategy | undefined;
}

export interface DetectionDocument {
  readonly node: string;
  readonly campaigns: number;
  readonly detections: readonly Detection[];
}

/** `onDone` is called after each subject. Throws if the filter leaves no subject. */
export async function measureDetection(
  sizes: DetectionSizes,
  { subject: part, strategy, subjectsMax }: DetectionFilter = {},
  onDone: (detections: readonly Detection[]) => void = () => undefined,
): Promise<DetectionDocument> {
  const strategies = strategy === undefined ? DETECTION_STRATEGIES : [strategy];
  const detections: Detection[] = [];
  let subjects = 0;
  for await (const subject of subjectsNamed(part)) {
    if (subjects === subjectsMax) break;
    subjects += 1;
    const found = await detect(subject, strategies, sizes);
    detections.push(...found);
    onDone(found);
  }
  if (subjects === 0) throw new Error(`no subject's name contains ${part}`);
  return { node: process.version, campaigns: sizes.campaigns, detections };
}

/** In Markdown: a row for each subject, a column for each strategy. */
export function detectionTable({ campaigns, detections }: DetectionDocument): string {
  const strategies = [...new Set(detections.map(({ strategy }) => strategy))];
  const subjects = [...new Set(detections.map(({ subject }) => subject))];
  const cellOf = (subject: string, strategy: DetectionStrategy): string => {
    const found = detections.find((one) => one.subject === subject && one.strategy === strategy);
    return found === undefined ? '' : cellText(found);
  };
  const rows = subjects.map((subject) => [subject, ...strategies.map((strategy) => cellOf(subject, strategy))]);
  const header = ['subject', ...strategies];
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [`seeds to the first failure, median of ${campaigns}, and share of failing seeds`, '', ...lines].join('\n');
}

/** `4.5 (18 %)`, or `> 200 (1 of 1,134)`. */
export function cellText({ seedsToFind, seedsMax, failing, seeds }: Detection): string {
  const share = (100 * failing) / seeds;
  if (seedsToFind === null) return `> ${seedsMax} (${failing} of ${seeds.toLocaleString('en-US')})`;
  return `${seedsToFind} (${share.toFixed(share < 10 ? 1 : 0)} %)`;
}
