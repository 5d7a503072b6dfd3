/** Which lines of the simulated texts a run executes, by the block coverage of V8. */
import type { Profiler, Session } from 'node:inspector';
import { SIMULATED_FILE } from '../../system/stack-frames.ts';
import { UsageError } from '../../project/usage-error.ts';

/** Numbers of lines, from 1, by the name of the text. */
export type ExecutedLines = ReadonlyMap<string, ReadonlySet<number>>;

export class Coverage {
  readonly #session: Session;
  /** The offset of the first character of each line that is not a space, by script. */
  readonly #lineStarts = new Map<string, readonly number[]>();

  private constructor(session: Session) {
    this.#session = session;
  }

  /** To be called before the code is loaded. Throws UsageError where there is no inspector. */
  static async start(): Promise<Coverage> {
    const { Session: InspectorSession } = await import('node:inspector').catch(() => {
      throw new UsageError('coverage needs a Node.js with an inspector, and this one is built without');
    });
    const session = new InspectorSession();
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return new Coverage(session);
  }

  /** What was executed since the call before. `isWanted`: the names of texts to look at. */
  take(isWanted: (text: string) => boolean): ExecutedLines {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, result) => {
      if (error === null) scripts = result.result;
    });
    const executed = new Map<string, Set<number>>();
    for (const { url, scriptId, functions } of scripts) {
      const text = url.slice(SIMULATED_FILE.length);
      if (!url.startsWith(SIMULATED_FILE) || !isWanted(text)) continue;
      const lines = executed.get(text) ?? new Set();
      executed.set(text, lines);
      for (const line of executedIn(this.#startsOf(scriptId), functions)) lines.add(line);
    }
    return executed;
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #startsOf(scriptId: string): readonly number[] {
    const known = this.#lineStarts.get(scriptId);
    if (known !== undefined) return known;
    let source = '';
    this.#session.post('Debugger.enable');
    this.#session.post('Debugger.getScriptSource', { scriptId }, (error, result) => {
      if (error === null) source = result.scriptSource;
    });
    this.#session.post('Debugger.disable');
    const starts = startsIn(source);
    this.#lineStarts.set(scriptId, starts);
    return starts;
  }
}

/** Of an empty line, -1. */
function startsIn(source: string): number[] {
  let offset = 0;
  return source.split('\n').map((line) => {
    const start = line.trim() === '' ? -1 : offset + line.search(/\S/);
    offset += line.length + 1;
    return start;
  });
}

/** Of nested ranges the innermost one says whether a line was executed. */
export function executedIn(
  starts: readonly number[],
  functions: readonly Pick<Profiler.FunctionCoverage, 'ranges'>[],
): number[] {
  const ranges = functions
    .flatMap((one) => one.ranges)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const isExecuted = new Array<boolean>(starts.length).fill(false);
  for (const { startOffset, endOffset, count } of ranges) {
    for (let index = firstFrom(starts, startOffset); index < starts.length; index += 1) {
      const start = starts[index] ?? -1;
      if (start >= endOffset) break;
      if (start >= startOffset) isExecuted[index] = count > 0;
    }
  }
  return isExecuted.flatMap((executed, index) => (executed ? [index + 1] : []));
}

/** The first line that begins at the offset or later, by bisection over lines with a beginning. */
function firstFrom(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    // An empty line has none, so the next line that has one decides.
    let probe = middle;
    while (probe < high && starts[probe] === -1) probe += 1;
    if (probe === high) high = middle;
    else if ((starts[probe] ?? 0) < offset) low = probe + 1;
    else high = middle;
  }
  return low;
}
