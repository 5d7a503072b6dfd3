/** The places of a script at which a debugger can stop in the user's own code. */
import type { Debugger, Session } from 'node:inspector';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** The number of places that V8 returns at most for one request. */
const PLACES_MAX = 1000;

/** `map`: the source map of the script, whose ignore list has what is not the user's. */
export function userPlaces(session: Session, scriptId: string, map: string): Debugger.Location[] {
  const payload = JSON.parse(map) as SourceMapPayload & { readonly ignoreList: readonly number[] };
  const ignored = new Set(payload.ignoreList.map((index) => payload.sources[index]));
  const sources = new SourceMap(payload);
  const isOfUser = ({ lineNumber, columnNumber = 0 }: Debugger.BreakLocation): boolean => {
    const entry = sources.findEntry(lineNumber, columnNumber);
    // A line without an entry, which gets that of an earlier line, is one of esbuild's own.
    return 'originalSource' in entry && entry.generatedLine === lineNumber && !ignored.has(entry.originalSource);
  };
  // The end of a function comes too late to see what the function does.
  return possiblePlaces(session, scriptId).filter((place) => place.type !== 'return' && isOfUser(place));
}

function possiblePlaces(session: Session, scriptId: string): Debugger.BreakLocation[] {
  const places: Debugger.BreakLocation[] = [];
  let start: Debugger.Location = { scriptId, lineNumber: 0, columnNumber: 0 };
  for (;;) {
    let found: Debugger.BreakLocation[] = [];
    session.post('Debugger.getPossibleBreakpoints', { start }, (_error, result) => {
      found = result?.locations ?? [];
    });
    places.push(...found);
    const last = found.at(-1);
    if (last === undefined || found.length < PLACES_MAX) return places;
    start = { ...last, columnNumber: (last.columnNumber ?? 0) + 1 };
  }
}
