/** Clauses of `plain-comments`: what a comment may contain. */
import { aloneClause, type Clause, inCore } from './clause.ts';

const clause = (broken: string, subject: string, edits: Clause['edits']): Clause =>
  aloneClause('plain-comments', broken, subject, edits);

export const contentClauses: readonly Clause[] = [
  clause('end tags count as text', 'unsafe comment', [
    inCore('sanitiser.ts', 'contentProblem', 'markup.test(text)', '/<[A-Za-z!?]/.test(text)'),
  ]),
  clause('character references are not decoded', 'unsafe comment', [
    inCore('sanitiser.ts', 'contentProblem', "visible.includes('&')", "visible === '&'"),
  ]),
  clause('comments are escaped', 'altered comment', [
    inCore(
      'conversation.ts',
      'Conversation.#comment',
      "{ type: 'comment', symbol, from, text }",
      "{ type: 'comment', symbol, from, text: text.replaceAll('<', '&lt;') }",
    ),
  ]),
  clause('every angle bracket is refused', 'safe comment refused', [
    inCore('sanitiser.ts', 'contentProblem', 'markup.test(text)', "text.includes('<')"),
  ]),
];
