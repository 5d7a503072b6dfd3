/** The keys of the page and the tokens of its filter, for its help. docs/debugging.md has both. */

export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['← →', 'previous or next record, also ↑ ↓'],
  ['Shift ← →', 'previous or next record of the same lane'],
  ['[ ]', 'previous or next fault'],
  ['.', 'the violation'],
  ['Page Up, Page Down', 'one page up or down'],
  ['Home, End', 'first or last record'],
  ['d Shift d', 'next or previous difference to the passing run'],
  ['c', 'show only what led to the record; again: everything'],
  ['r', 'next run'],
  ['/', 'type a filter'],
  ['Escape', 'clear the filter'],
  ['?', 'show this table'],
];

export const TOKENS: readonly (readonly [token: string, what: string])[] = [
  ['n:node-1', 'records of a client, a connection or a node; redis for commands'],
  ['k:fault', 'records of a kind'],
  ['s:50..66', 'records of these steps; s:50.. has no end'],
  ['why:98', 'what led to record 98; why: alone means the failure'],
  ['"two words"', 'records whose line contains the text; one word needs no quotes'],
  ['-k:timer', 'leaves out what the token without - matches'],
];
