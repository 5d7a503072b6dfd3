/**
 * A debugger, as Chrome and VS Code are: it reads the source maps of the scripts, and sets
 * breakpoints in lines of the sources.
 */
import type { Debugger } from 'node:inspector';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';

/** A stop of the program: its innermost frame, by the source map. */
export interface Stop {
  /** The name of the function, and its source with the line: `answer system.ts:13`. */
  readonly at: string;
  readonly frameId: string;
}

interface Script extends Debugger.ScriptParsedEventDataType {
  readonly map: SourceMap;
  readonly payload: SourceMapPayload & { readonly ignoreList: readonly number[] };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class TestDebugger {
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #answers = new Map<number, { resolve: (result: never) => void; reject: (reason: Error) => void }>();
  readonly #scripts: Script[] = [];
  readonly #wanted: { readonly file: string; readonly line: number }[] = [];
  readonly #stops: Stop[] = [];
  #setting: Promise<unknown> = Promise.resolve();
  #wake: (() => void) | null = null;
  #isOver = false;
  #sent = 0;

  private constructor(socket: WebSocket, folder: string) {
    this.#socket = socket;
    this.#folder = folder;
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Message));
    socket.on('close', () => this.#end());
  }

  /** `folder`: that of the sources. */
  static async attach(url: string, folder: string): Promise<TestDebugger> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const made = new TestDebugger(socket, folder);
    await made.post('Runtime.enable');
    await made.post('Debugger.enable');
    await made.post('Debugger.setAsyncCallStackDepth', { maxDepth: 32 });
    return made;
  }

  /** The scripts with a source map. */
  get scripts(): readonly Script[] {
    return this.#scripts;
  }

  /** Sets a breakpoint in a line of a source, also of scripts that are parsed later. */
  async breakAt(file: string, line: number): Promise<void> {
    const wanted = { file, line };
    this.#wanted.push(wanted);
    for (const script of this.#scripts) await this.#setIn(script, wanted);
  }

  /** Lets the program begin. */
  begin(): Promise<unknown> {
    return this.post('Runtime.runIfWaitingForDebugger');
  }

  /** The next stop; null if the program ends before. */
  async nextStop(): Promise<Stop | null> {
    while (this.#stops.length === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    await this.#setting;
    return this.#stops.shift() ?? null;
  }

  async resume(): Promise<Stop | null> {
    await this.post('Debugger.resume');
    return await this.nextStop();
  }

  /** The value of an expression in the frame, as text. */
  async evaluate({ frameId: callFrameId }: Stop, expression: string): Promise<string> {
    const { result } = await this.post<Debugger.EvaluateOnCallFrameReturnType>('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression: `String(${expression})`,
    });
    return result.value as string;
  }

  detach(): void {
    this.#socket.close();
  }

  post<Result = object>(method: string, params: object = {}): Promise<Result> {
    this.#sent += 1;
    const id = this.#sent;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
  }

  #receive({ id, method, params, result, error }: Message): void {
    if (id !== undefined) {
      const answer = this.#answers.get(id);
      this.#answers.delete(id);
      if (error === undefined) answer?.resolve(result as never);
      else answer?.reject(new Error(error.message));
    }
    if (method === 'Debugger.scriptParsed') this.#parsed(params as Debugger.ScriptParsedEventDataType);
    if (method === 'Debugger.paused') this.#paused(params as Debugger.PausedEventDataType);
    // The program has ended, and waits until all debuggers have left.
    if (method === 'Runtime.executionContextDestroyed') this.#end();
  }

  #end(): void {
    this.#isOver = true;
    for (const { reject } of this.#answers.values()) reject(new Error('the program has ended'));
    this.#socket.close();
    this.#wake?.();
  }

  #parsed(parsed: Debugger.ScriptParsedEventDataType): void {
    const [, base64] = /^data:application\/json;base64,(.+)$/.exec(parsed.sourceMapURL ?? '') ?? [];
    if (base64 === undefined || !parsed.url.startsWith('simulated:')) return;
    const payload = JSON.parse(Buffer.from(base64, 'base64').toString()) as Script['payload'];
    const script = { ...parsed, payload, map: new SourceMap(payload) };
    this.#scripts.push(script);
    for (const wanted of this.#wanted) this.#setting = this.#setting.then(() => this.#setIn(script, wanted));
  }

  #paused({ callFrames }: Debugger.PausedEventDataType): void {
    const [frame] = callFrames;
    if (frame === undefined) return;
    this.#stops.push({ at: `${frame.functionName} ${this.#sourceOf(frame)}`.trim(), frameId: frame.callFrameId });
    this.#wake?.();
  }

  #sourceOf({ location, url }: Debugger.CallFrame): string {
    const { lineNumber, columnNumber = 0 } = location;
    const script = this.#scripts.find(({ scriptId }) => scriptId === location.scriptId);
    const entry = script?.map.findEntry(lineNumber, columnNumber);
    if (entry === undefined || !('originalSource' in entry)) return `${url}:${lineNumber + 1}`;
    const name = entry.originalSource.replace(`${pathToFileURL(this.#folder).href}/`, '');
    return `${name}:${entry.originalLine + 1}`;
  }

  /** At the first place in the line, as debuggers do. */
  async #setIn({ scriptId, map, payload }: Script, { file, line }: { file: string; line: number }): Promise<void> {
    const source = pathToFileURL(`${this.#folder}/${file}`).href;
    if (!payload.sources.includes(source)) return;
    const isWanted = ({ lineNumber, columnNumber = 0 }: Debugger.BreakLocation): boolean => {
      const entry = map.findEntry(lineNumber, columnNumber);
      return 'originalSource' in entry && entry.originalSource === source && entry.originalLine === line - 1;
    };
    let place: Debugger.BreakLocation | undefined;
    let start: Debugger.Location | undefined = { scriptId, lineNumber: 0, columnNumber: 0 };
    while (place === undefined && start !== undefined) {
      // At most 1,000 at a time.
      const { locations }: Debugger.GetPossibleBreakpointsReturnType = await this.post(
        'Debugger.getPossibleBreakpoints',
        { start },
      );
      place = locations.find(isWanted);
      const last = locations.at(-1);
      start = last && { ...last, columnNumber: (last.columnNumber ?? 0) + 1 };
    }
    if (place === undefined) throw new Error(`${file} has no place for a breakpoint in line ${line}`);
    const { lineNumber, columnNumber } = place;
    await this.post('Debugger.setBreakpoint', { location: { scriptId, lineNumber, columnNumber } });
  }
}
