/**
 * Stops an attached debugger in the user's code, in a given step.
 *
 * A request to pause would stop at the next call of any function, which is one of the simulator.
 * So every statement of the user's code gets a breakpoint when the step begins, until the first is
 * hit. A session of this process sets them, and V8 reports them to all sessions. If no debugger is
 * attached, the run goes on.
 */
import type { Debugger, Session } from 'node:inspector';
import { userPlaces } from './user-places.ts';

type Inspector = typeof import('node:inspector');

/** A global that the condition of the breakpoints reads, while there are any. */
const IS_STOP = '__seedstormStop';

/** What the debugger steps over even if it has no ignore list: all but the user's texts. */
const NOT_OF_USER = ['^(?!simulated:)', '^simulated:(?:other/)?packages\\.js$'];

export class FirstStop {
  readonly #inspector: Inspector;
  readonly #atStep: number;
  /** The source maps of the texts with code of the user, by the address of their script. */
  readonly #maps: ReadonlyMap<string, string>;
  #session: Session | null = null;
  #isHit = false;

  constructor(inspector: Inspector, atStep: number, maps: ReadonlyMap<string, string>) {
    this.#inspector = inspector;
    this.#atStep = atStep;
    this.#maps = maps;
  }

  /** To be called before each step. */
  readonly onStep = (step: number): void => {
    if (this.#isHit) this.release();
    else if (step >= this.#atStep && this.#session === null) this.#arm();
  };

  /** To be called at the end of the run. */
  release(): void {
    this.#session?.disconnect();
    this.#session = null;
    Reflect.deleteProperty(globalThis, IS_STOP);
  }

  #arm(): void {
    const session = new this.#inspector.Session();
    session.connect();
    this.#session = session;
    const scripts: Debugger.ScriptParsedEventDataType[] = [];
    session.on('Debugger.scriptParsed', ({ params }) => {
      // Earlier scripts of the same name have no map: they were evaluated to read the scenario.
      if (this.#maps.has(params.url) && params.sourceMapURL !== '') scripts.push(params);
    });
    session.post('Debugger.enable');
    session.post('Debugger.setBlackboxPatterns', { patterns: NOT_OF_USER });
    Object.defineProperty(globalThis, IS_STOP, { configurable: true, get: isOutsideOfCheckers });
    const breakpoints = scripts.flatMap(({ scriptId, url }) =>
      userPlaces(session, scriptId, this.#maps.get(url) ?? '').flatMap((place) => setBreakpoint(session, place)),
    );
    const own = new Set(breakpoints);
    session.on('Debugger.paused', ({ params }) => {
      if (params.hitBreakpoints?.some((breakpoint) => own.has(breakpoint)) !== true) return;
      this.#isHit = true;
      for (const breakpointId of breakpoints) session.post('Debugger.removeBreakpoint', { breakpointId });
    });
  }
}

function setBreakpoint(session: Session, { scriptId, lineNumber, columnNumber }: Debugger.Location): string[] {
  let set: string | undefined;
  const location = { scriptId, lineNumber, columnNumber };
  session.post('Debugger.setBreakpoint', { location, condition: IS_STOP }, (_error, result) => {
    set = result?.breakpointId;
  });
  return set === undefined ? [] : [set];
}

/** A checker runs at nearly every record, before the code that the step is about. */
function isOutsideOfCheckers(): boolean {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    return !(new Error().stack ?? '').includes('PropertyMonitor');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
