/** The text of a failure, with lines of the source. */
import { type SourceOf, withLines } from '../kernel/placed-text.ts';
import type { Failure } from '../run/run-verdict.ts';
import { withSources } from './placed-records.ts';

/** The text of a failure with the lines of the places that it names. */
export function failureText(failure: Failure, sourceOf: SourceOf): string {
  const places = failure.verdict === 'violation' ? [] : (failure.places ?? []);
  return withSources(withLines({ text: failure.text, places }, sourceOf), sourceOf);
}
