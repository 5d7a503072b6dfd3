/** Which lines of the simulated texts a run executes, by the block coverage of V8. */
import type { Profiler, Session } from 'node:inspector';
import { SIMULATED_FILE } from '../../system/stack-frames.ts';
import { UsageError } from '../../project/usage-error.ts';

interface ScriptText {
  readonly code: string;
  /** The offset of the first character of each line, spaces aside; -1 for one without code. */
  readonly starts: readonly number[];
}

/** The counts of one script. The functions look its text up, once. */
export interface CoveredScript {
  /** The name of its text. */
  readonly text: string;
  readonly functions: readonly Profiler.FunctionCoverage[];
  code(): string;
  starts(): readonly number[];
}

export class Coverage {
  readonly #session: Session;
  readonly #texts = new Map<string, ScriptText>();

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
  takeScripts(isWanted: (text: string) => boolean): readonly CoveredScript[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, result) => {
      if (error === null) scripts = result.result;
    });
    return scripts.flatMap(({ url, scriptId, functions }) => {
      const text = url.slice(SIMULATED_FILE.length);
      if (!url.startsWith(SIMULATED_FILE) || !isWanted(text)) return [];
      const code = (): string => this.#textOf(scriptId).code;
      return [{ text, functions, code, starts: () => this.#textOf(scriptId).starts }];
    });
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #textOf(scriptId: string): ScriptText {
    const known = this.#texts.get(scriptId);
    if (known !== undefined) return known;
    let code = '';
    this.#session.post('Debugger.enable');
    this.#session.post('Debugger.getScriptSource', { scriptId }, (error, result) => {
      if (error === null) code = result.scriptSource;
    });
    this.#session.post('Debugger.disable');
    const text = { code, starts: startsIn(code) };
    this.#texts.set(scriptId, text);
    return text;
  }
}

/** Only the ends of blocks and calls: they would count as code that runs. */
const WITHOUT_CODE = /^[\s})\];,]*$/;

function startsIn(source: string): number[] {
  let offset = 0;
  return source.split('\n').map((line) => {
    const start = WITHOUT_CODE.test(line) ? -1 : offset + line.search(/\S/);
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
    // A line without code has none, so the next line that has one decides.
    let probe = middle;
    while (probe < high && starts[probe] === -1) probe += 1;
    if (probe === high) high = middle;
    else if ((starts[probe] ?? 0) < offset) low = probe + 1;
    else high = middle;
  }
  return low;
}
