/** The error for an unknown name in a selection of faults. */
import { FAULT_SELECTORS, isExclusion, isSelector, nameIn } from '../world/faults/selection.ts';
import { suggestion } from './nearest-name.ts';

/** `the unknown fault latncy, did you mean latency? (…)`; null for a known name. */
export function unknownFault(selector: string): string | null {
  if (isSelector(selector)) return null;
  const known = isExclusion(selector) ? FAULT_SELECTORS.map((name) => `-${name}`) : FAULT_SELECTORS;
  const expected = `expected some of: ${FAULT_SELECTORS.join(', ')}; a leading - leaves one out`;
  const what = nameIn(selector) === '' ? 'an empty name of a fault' : `the unknown fault ${selector}`;
  return `${what}${suggestion(selector, known)} (${expected})`;
}
