/**
 * Feeds the parser of fengari with the tokens of Lua 5.1, from texts that are known to be valid.
 * Lua 5.3 has more keywords and symbols, and other escapes in strings.
 */
import type { Internals, LexState, LuaString, SemanticInfo } from './internals.ts';
import { Lexer, type Token } from './lexer.ts';

const END = -1;

const LONG_SYMBOLS: Readonly<Record<string, string>> = {
  '..': 'TK_CONCAT',
  '...': 'TK_DOTS',
  '==': 'TK_EQ',
  '>=': 'TK_GE',
  '<=': 'TK_LE',
  '~=': 'TK_NE',
  '<eof>': 'TK_EOS',
  '<number>': 'TK_FLT',
  '<name>': 'TK_NAME',
  '<string>': 'TK_STRING',
};

interface Source {
  readonly lexer: Lexer;
  /** The parser compares strings by identity. */
  readonly strings: Map<string, LuaString>;
}

/** The name of the variable that holds the globals. No script can use it, as in Lua 5.1. */
const ENVIRONMENT = Uint8Array.from(Buffer.from('(globals)'));

export function replaceTokens({ llex, lstring }: Internals): void {
  const sources = new WeakMap<LexState, Source>();
  const begin = llex.luaX_setinput as (...all: unknown[]) => void;

  const codeOf = ({ kind, symbol }: Token): number => {
    const name = LONG_SYMBOLS[symbol] ?? `TK_${symbol.toUpperCase()}`;
    return (kind === 'symbol' && symbol.length === 1 ? undefined : llex.RESERVED[name]) ?? symbol.charCodeAt(0);
  };

  function stringOf(state: LexState, text: string): LuaString {
    const { strings } = sources.get(state) as Source;
    const string = strings.get(text) ?? lstring.luaS_new(state.L, Uint8Array.from(Buffer.from(text, 'latin1')));
    strings.set(text, string);
    return string;
  }

  function read(state: LexState, info: SemanticInfo): number {
    const { lexer } = sources.get(state) as Source;
    const token = lexer.next();
    state.linenumber = lexer.line;
    if (token.kind === 'number') info.r = token.number;
    if (token.kind === 'name') info.ts = stringOf(state, token.text);
    if (token.kind === 'string') info.ts = stringOf(state, token.value);
    return codeOf(token);
  }

  const eof = llex.RESERVED['TK_EOS'] ?? 0;

  Object.assign(llex, {
    LUA_ENV: ENVIRONMENT,
    luaX_setinput: (luaState: unknown, state: LexState, input: LexState['z'], name: unknown, first: number) => {
      begin(luaState, state, input, name, first);
      state.envn = lstring.luaS_new(state.L, ENVIRONMENT);
      const bytes: number[] = [];
      for (let byte = first; byte !== END; byte = input.zgetc()) bytes.push(byte);
      sources.set(state, {
        lexer: new Lexer(Buffer.from(bytes).toString('latin1'), ''),
        strings: new Map(),
      });
    },
    luaX_newstring: (state: LexState, bytes: Uint8Array) => stringOf(state, Buffer.from(bytes).toString('latin1')),
    luaX_next: (state: LexState) => {
      state.lastline = state.linenumber;
      if (state.lookahead.token === eof) state.t.token = read(state, state.t.seminfo);
      else {
        state.t.token = state.lookahead.token;
        Object.assign(state.t.seminfo, state.lookahead.seminfo);
        state.lookahead.token = eof;
      }
    },
    luaX_lookahead: (state: LexState) => {
      state.lookahead.token = read(state, state.lookahead.seminfo);
      return state.lookahead.token;
    },
  });
}
