/**
 * Validates that a text is Lua 5.1: the parser of Lua 5.1 without its code generator. The
 * interpreter compiles Lua 5.3, which accepts more and words its errors differently.
 */
import { Lexer, type Token } from './lexer.ts';

const LEVELS_MAX = 200;
const LOCALS_MAX = 200;

/** Binding powers of binary operators, to the left and to the right. */
const BINARY: Readonly<Record<string, readonly [left: number, right: number]>> = {
  '+': [6, 6],
  '-': [6, 6],
  '*': [7, 7],
  '/': [7, 7],
  '%': [7, 7],
  '^': [10, 9],
  '..': [5, 4],
  '~=': [3, 3],
  '==': [3, 3],
  '<': [3, 3],
  '<=': [3, 3],
  '>': [3, 3],
  '>=': [3, 3],
  and: [2, 2],
  or: [1, 1],
};
const UNARY = 8;

const BLOCK_ENDS: ReadonlySet<string> = new Set(['else', 'elseif', 'end', 'until', '<eof>']);

type ExpressionKind = 'variable' | 'call' | 'other';

/** The function that is being parsed. */
interface FunctionScope {
  readonly line: number;
  readonly isVariadic: boolean;
  locals: number;
  /** Number of loops around the current statement. */
  loops: number;
}

/** Throws `LuaSyntaxError`. `text` has one character per byte; `chunk` names it in errors. */
export function validateSyntax(text: string, chunk: string): void {
  new Parser(text, chunk).main();
}

class Parser {
  readonly #lexer: Lexer;
  #token: Token;
  #ahead: Token | null = null;
  /** The line of the token before the current one. */
  #lastLine = 1;
  #levels = 0;
  #scope: FunctionScope = { line: 0, isVariadic: true, locals: 0, loops: 0 };

  constructor(text: string, chunk: string) {
    this.#lexer = new Lexer(text, chunk);
    this.#token = this.#lexer.next();
  }

  main(): void {
    this.#chunk();
    this.#check('<eof>');
  }

  #is(symbol: string): boolean {
    return this.#token.symbol === symbol;
  }

  #next(): void {
    this.#lastLine = this.#lexer.line;
    this.#token = this.#ahead ?? this.#lexer.next();
    this.#ahead = null;
  }

  #accept(symbol: string): boolean {
    if (!this.#is(symbol)) return false;
    this.#next();
    return true;
  }

  #fail(problem: string): never {
    return this.#lexer.fail(problem, this.#token.text);
  }

  #check(symbol: string): void {
    if (!this.#is(symbol)) this.#fail(`'${symbol}' expected`);
  }

  #expect(symbol: string): void {
    this.#check(symbol);
    this.#next();
  }

  /** Expects the symbol that closes `opening` of a line. */
  #close(symbol: string, opening: string, line: number): void {
    if (this.#accept(symbol)) return;
    this.#fail(
      line === this.#lexer.line
        ? `'${symbol}' expected`
        : `'${symbol}' expected (to close '${opening}' at line ${line})`,
    );
  }

  #enter(): void {
    this.#levels += 1;
    if (this.#levels > LEVELS_MAX) this.#lexer.fail('chunk has too many syntax levels', null);
  }

  #local(count = 1): void {
    const scope = this.#scope;
    scope.locals += count;
    if (scope.locals <= LOCALS_MAX) return;
    const where = scope.line === 0 ? 'main function' : `function at line ${scope.line}`;
    this.#lexer.fail(`${where} has more than ${LOCALS_MAX} local variables`, null);
  }

  #chunk(): void {
    this.#enter();
    let isLast = false;
    while (!isLast && !BLOCK_ENDS.has(this.#token.symbol)) {
      isLast = this.#statement();
      this.#accept(';');
    }
    this.#levels -= 1;
  }

  #block(): void {
    const { locals } = this.#scope;
    this.#chunk();
    this.#scope.locals = locals;
  }

  #loop(): void {
    this.#scope.loops += 1;
    this.#block();
    this.#scope.loops -= 1;
  }

  /** Returns whether the statement must be the last one of its block. */
  #statement(): boolean {
    const { line } = this.#lexer;
    switch (this.#token.symbol) {
      case 'if':
        this.#if(line);
        return false;
      case 'while':
        this.#next();
        this.#expression();
        this.#expect('do');
        this.#loop();
        this.#close('end', 'while', line);
        return false;
      case 'do':
        this.#next();
        this.#block();
        this.#close('end', 'do', line);
        return false;
      case 'for':
        this.#for(line);
        return false;
      case 'repeat':
        this.#repeat(line);
        return false;
      case 'function':
        this.#function(line);
        return false;
      case 'local':
        this.#next();
        this.#localStatement();
        return false;
      case 'return':
        this.#next();
        if (!BLOCK_ENDS.has(this.#token.symbol) && !this.#is(';')) this.#expressions();
        return true;
      case 'break':
        this.#next();
        if (this.#scope.loops === 0) this.#fail('no loop to break');
        return true;
      default:
        this.#expressionStatement();
        return false;
    }
  }

  #if(line: number): void {
    do {
      this.#next();
      this.#expression();
      this.#expect('then');
      this.#block();
    } while (this.#is('elseif'));
    if (this.#accept('else')) this.#block();
    this.#close('end', 'if', line);
  }

  #for(line: number): void {
    this.#next();
    const { locals } = this.#scope;
    this.#expect('<name>');
    let names = 1;
    if (this.#accept('=')) {
      this.#expression();
      this.#expect(',');
      this.#expression();
      if (this.#accept(',')) this.#expression();
    } else if (this.#is(',') || this.#is('in')) {
      for (; this.#accept(','); names += 1) this.#expect('<name>');
      this.#expect('in');
      this.#expressions();
    } else this.#fail("'=' or 'in' expected");
    // The loop itself keeps three values.
    this.#local(names + 3);
    this.#expect('do');
    this.#loop();
    this.#scope.locals = locals;
    this.#close('end', 'for', line);
  }

  /** The condition of `until` sees the locals of the block. */
  #repeat(line: number): void {
    const { locals } = this.#scope;
    this.#next();
    this.#scope.loops += 1;
    this.#chunk();
    this.#scope.loops -= 1;
    this.#close('until', 'repeat', line);
    this.#expression();
    this.#scope.locals = locals;
  }

  #function(line: number): void {
    this.#next();
    this.#expect('<name>');
    while (this.#accept('.')) this.#expect('<name>');
    const isMethod = this.#accept(':');
    if (isMethod) this.#expect('<name>');
    this.#body(line, isMethod);
  }

  #localStatement(): void {
    if (this.#accept('function')) {
      this.#expect('<name>');
      this.#local();
      this.#body(this.#lexer.line, false);
      return;
    }
    do {
      this.#expect('<name>');
      this.#local();
    } while (this.#accept(','));
    if (this.#accept('=')) this.#expressions();
  }

  #expressionStatement(): void {
    let kind = this.#primary();
    if (kind === 'call') return;
    for (;;) {
      if (kind !== 'variable') this.#fail('syntax error');
      if (!this.#accept(',')) break;
      kind = this.#primary();
    }
    this.#expect('=');
    this.#expressions();
  }

  #body(line: number, isMethod: boolean): void {
    const outer = this.#scope;
    this.#expect('(');
    let isVariadic = false;
    let parameters = isMethod ? 1 : 0;
    if (!this.#is(')')) {
      do {
        if (this.#accept('<name>')) parameters += 1;
        else if (this.#accept('...')) isVariadic = true;
        else this.#fail("<name> or '...' expected");
      } while (!isVariadic && this.#accept(','));
    }
    this.#expect(')');
    this.#scope = { line, isVariadic, locals: 0, loops: 0 };
    this.#local(parameters);
    this.#chunk();
    this.#scope = outer;
    this.#close('end', 'function', line);
  }

  #expressions(): void {
    do this.#expression();
    while (this.#accept(','));
  }

  #expression(limit = 0): void {
    this.#enter();
    if (this.#is('not') || this.#is('-') || this.#is('#')) {
      this.#next();
      this.#expression(UNARY);
    } else this.#simple();
    for (let power = this.#power(); power !== undefined && power[0] > limit; power = this.#power()) {
      this.#next();
      this.#expression(power[1]);
    }
    this.#levels -= 1;
  }

  #power(): readonly [left: number, right: number] | undefined {
    return this.#token.kind === 'symbol' && Object.hasOwn(BINARY, this.#token.symbol)
      ? BINARY[this.#token.symbol]
      : undefined;
  }

  #simple(): void {
    switch (this.#token.symbol) {
      case '<number>':
      case '<string>':
      case 'nil':
      case 'true':
      case 'false':
        this.#next();
        return;
      case '...':
        if (!this.#scope.isVariadic) this.#fail("cannot use '...' outside a vararg function");
        this.#next();
        return;
      case '{':
        this.#tableConstructor();
        return;
      case 'function':
        this.#next();
        this.#body(this.#lexer.line, false);
        return;
      default:
        this.#primary();
    }
  }

  #primary(): ExpressionKind {
    let kind: ExpressionKind = 'variable';
    const { line } = this.#lexer;
    if (this.#accept('(')) {
      this.#expression();
      this.#close(')', '(', line);
      kind = 'other';
    } else if (!this.#accept('<name>')) this.#fail('unexpected symbol');
    for (;;) {
      switch (this.#token.symbol) {
        case '.':
          this.#next();
          this.#expect('<name>');
          kind = 'variable';
          break;
        case '[':
          this.#index();
          kind = 'variable';
          break;
        case ':':
          this.#next();
          this.#expect('<name>');
          this.#parameters();
          kind = 'call';
          break;
        case '(':
        case '<string>':
        case '{':
          this.#parameters();
          kind = 'call';
          break;
        default:
          return kind;
      }
    }
  }

  #index(): void {
    this.#next();
    this.#expression();
    this.#expect(']');
  }

  #parameters(): void {
    const { line } = this.#lexer;
    if (this.#is('(')) {
      if (line !== this.#lastLine) this.#fail('ambiguous syntax (function call x new statement)');
      this.#next();
      if (!this.#is(')')) this.#expressions();
      this.#close(')', '(', line);
    } else if (this.#is('{')) this.#tableConstructor();
    else if (!this.#accept('<string>')) this.#fail('function arguments expected');
  }

  #tableConstructor(): void {
    const { line } = this.#lexer;
    this.#expect('{');
    while (!this.#is('}')) {
      if (this.#is('[')) {
        this.#index();
        this.#expect('=');
      } else if (this.#is('<name>')) {
        this.#ahead ??= this.#lexer.next();
        if (this.#ahead.symbol === '=') {
          this.#next();
          this.#next();
        }
      }
      this.#expression();
      if (!this.#accept(',') && !this.#accept(';')) break;
    }
    this.#close('}', '{', line);
  }
}
