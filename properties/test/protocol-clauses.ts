/** Clauses of `warned-endings` and `admin-acts`. */
import { type Clause, inCore } from './clause.ts';

/** `answered` finds most of them, too. */
const clause = (property: string, broken: string, subject: string, edits: Clause['edits']): Clause => ({
  property,
  broken,
  subject,
  edits,
  alone: true,
});

export const protocolClauses: readonly Clause[] = [
  clause('warned-endings', 'a connection ends with one refusal less', 'closed without warning', [
    inCore('strikes.ts', 'Strikes.add', 'times.length > ', 'times.length >= '),
  ]),
  clause('warned-endings', 'refusals are counted without a window', 'closed without warning', [
    inCore('strikes.ts', 'Strikes.add', 'atMs > sinceMs', 'sinceMs < Infinity'),
  ]),
  clause('warned-endings', 'refusals end no connection', 'too many warnings', [
    inCore('strikes.ts', 'Strikes.add', 'return times.length > this.#limits[most];', 'return false;'),
  ]),
  clause('admin-acts', 'a page begins with the last client of the page before', 'wrong page', [
    inCore('administration.ts', 'Administration.list', 'connection.number > after', 'connection.number >= after'),
  ]),
  clause('admin-acts', 'the last page names another one', 'wrong page', [
    inCore('administration.ts', 'Administration.list', 'rest.length > clients.length', 'rest.length > 0'),
  ]),
  clause('admin-acts', 'disconnecting is answered but not performed', 'still connected', [
    inCore('administration.ts', 'Administration.disconnect', "end(connection, 'disconnected');", ''),
  ]),
  clause('admin-acts', 'the oldest connection is disconnected', 'disconnected by no administrator', [
    inCore(
      'administration.ts',
      'Administration.disconnect',
      "end(connection, 'disconnected');",
      "for (const one of [registry.living()[0], connection]) end(one ?? connection, 'disconnected');",
    ),
  ]),
  clause('admin-acts', 'every role may disconnect clients', 'disconnected by no administrator', [
    inCore('auth.ts', 'isAllowed', 'return granted[role].has(permission);', 'return granted.admin.has(permission);'),
  ]),
];
