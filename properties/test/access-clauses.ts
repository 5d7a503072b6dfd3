/** Clauses of the properties about identity and access. */
import { type Clause, inCore } from './clause.ts';

const clause = (property: string, broken: string, subject: string, edits: Clause['edits']): Clause => ({
  property,
  broken,
  subject,
  edits,
  // `answered` finds some of them, too.
  alone: true,
});

export const accessClauses: readonly Clause[] = [
  clause('valid-tokens', 'the audience of a token is not checked', 'invalid token accepted', [
    inCore('auth.ts', 'authenticate', '    audience,\n    clockTolerance', '    clockTolerance'),
  ]),
  clause('valid-tokens', 'the algorithm of a token is not pinned', 'invalid token accepted', [
    inCore('auth.ts', 'authenticate', "algorithms: ['HS256' as const],", ''),
  ]),
  clause('valid-tokens', 'the previous secret is refused', 'valid token refused', [
    inCore('auth.ts', 'authenticate', 'of keys)', 'of keys.slice(0, 1))'),
  ]),
];
