import type { Fault } from '../../kernel/fault.ts';

/** Why a fault has killed a process, as records say it. */
export const reasonOf = ({ id, kind }: Pick<Fault, 'id' | 'kind'>, detail = ''): string =>
  `${kind} (${id})${detail === '' ? '' : `: ${detail}`}`;
