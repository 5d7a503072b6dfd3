import type { RunRecord } from '../../kernel/record.ts';

/** The nodes of the run that the text of a failure names. */
export function namedNodesIn(records: readonly RunRecord[], text: string): ReadonlySet<string> {
  const words = new Set(text.split(/[^\w-]+/));
  const nodes = new Set(records.flatMap((record) => ('node' in record ? [record.node] : [])));
  return new Set([...nodes].filter((node) => words.has(node)));
}
