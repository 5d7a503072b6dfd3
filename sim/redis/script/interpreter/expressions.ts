/** Validates the expressions of Lua 5.1, and the functions in them. */
import { TokenReader } from './token-reader.ts';

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

type ExpressionKind = 'variable' | 'call' | 'other';

/** The function that is being parsed. */
interface FunctionScope {
  readonly line: number;
  readonly isVariadic: boolean;
  locals: number;
  /** Number of loops around the current statement. */
  loops: number;
}

export abstract class ExpressionParser extends TokenReader {
  #levels = 0;
  protected scope: FunctionScope = { line: 0, isVariadic: true, locals: 0, loops: 0 };

  /** Parses statements up to the end of their block. */
  protected abstract chunk(): void;

  protected enter(): void {
    this.#levels += 1;
    if (this.#levels > LEVELS_MAX) this.lexer.fail('chunk has too many syntax levels', null);
  }

  protected local(count = 1): void {
    const scope = this.scope;
    scope.locals += count;
    if (scope.locals <= LOCALS_MAX) return;
    const where = scope.line === 0 ? 'main function' : `function at line ${scope.line}`;
    this.lexer.fail(`${where} has more than ${LOCALS_MAX} local variables`, null);
  }

  protected leave(): void {
    this.#levels -= 1;
  }

  protected body(line: number, isMethod: boolean): void {
    const outer = this.scope;
    this.expect('(');
    let isVariadic = false;
    let parameters = isMethod ? 1 : 0;
    if (!this.is(')')) {
      do {
        if (this.accept('<name>')) parameters += 1;
        else if (this.accept('...')) isVariadic = true;
        else this.fail("<name> or '...' expected");
      } while (!isVariadic && this.accept(','));
    }
    this.expect(')');
    this.scope = { line, isVariadic, locals: 0, loops: 0 };
    this.local(parameters);
    this.chunk();
    this.scope = outer;
    this.close('end', 'function', line);
  }

  protected expressions(): void {
    do this.expression();
    while (this.accept(','));
  }

  protected expression(limit = 0): void {
    this.enter();
    if (this.is('not') || this.is('-') || this.is('#')) {
      this.next();
      this.expression(UNARY);
    } else this.#simple();
    for (let power = this.#power(); power !== undefined && power[0] > limit; power = this.#power()) {
      this.next();
      this.expression(power[1]);
    }
    this.leave();
  }

  #power(): readonly [left: number, right: number] | undefined {
    return this.token.kind === 'symbol' && Object.hasOwn(BINARY, this.token.symbol)
      ? BINARY[this.token.symbol]
      : undefined;
  }

  #simple(): void {
    switch (this.token.symbol) {
      case '<number>':
      case '<string>':
      case 'nil':
      case 'true':
      case 'false':
        this.next();
        return;
      case '...':
        if (!this.scope.isVariadic) this.fail("cannot use '...' outside a vararg function");
        this.next();
        return;
      case '{':
        this.#tableConstructor();
        return;
      case 'function':
        this.next();
        this.body(this.lexer.line, false);
        return;
      default:
        this.primary();
    }
  }

  protected primary(): ExpressionKind {
    let kind: ExpressionKind = 'variable';
    const { line } = this.lexer;
    if (this.accept('(')) {
      this.expression();
      this.close(')', '(', line);
      kind = 'other';
    } else if (!this.accept('<name>')) this.fail('unexpected symbol');
    for (;;) {
      switch (this.token.symbol) {
        case '.':
          this.next();
          this.expect('<name>');
          kind = 'variable';
          break;
        case '[':
          this.#index();
          kind = 'variable';
          break;
        case ':':
          this.next();
          this.expect('<name>');
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
    this.next();
    this.expression();
    this.expect(']');
  }

  #parameters(): void {
    const { line } = this.lexer;
    if (this.is('(')) {
      if (line !== this.lastLine) this.fail('ambiguous syntax (function call x new statement)');
      this.next();
      if (!this.is(')')) this.expressions();
      this.close(')', '(', line);
    } else if (this.is('{')) this.#tableConstructor();
    else if (!this.accept('<string>')) this.fail('function arguments expected');
  }

  #tableConstructor(): void {
    const { line } = this.lexer;
    this.expect('{');
    while (!this.is('}')) {
      if (this.is('[')) {
        this.#index();
        this.expect('=');
      } else if (this.is('<name>')) {
        if (this.ahead.symbol === '=') {
          this.next();
          this.next();
        }
      }
      this.expression();
      if (!this.accept(',') && !this.accept(';')) break;
    }
    this.close('}', '{', line);
  }
}
