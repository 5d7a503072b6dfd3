/**
 * Validates that a text is Lua 5.1: the parser of Lua 5.1 without its code generator. The
 * interpreter compiles Lua 5.3, which accepts more and words its errors differently.
 */
import { ExpressionParser } from './expressions.ts';

const BLOCK_ENDS: ReadonlySet<string> = new Set(['else', 'elseif', 'end', 'until', '<eof>']);

/** Throws `LuaSyntaxError`. `text` has one character per byte; `chunk` names it in errors. */
export function validateSyntax(text: string, chunk: string): void {
  new Parser(text, chunk).main();
}

class Parser extends ExpressionParser {
  main(): void {
    this.chunk();
    this.check('<eof>');
  }

  protected override chunk(): void {
    this.enter();
    let isLast = false;
    while (!isLast && !BLOCK_ENDS.has(this.token.symbol)) {
      isLast = this.#statement();
      this.accept(';');
    }
    this.leave();
  }

  #block(): void {
    const { locals } = this.scope;
    this.chunk();
    this.scope.locals = locals;
  }

  #loop(): void {
    this.scope.loops += 1;
    this.#block();
    this.scope.loops -= 1;
  }

  /** Returns whether the statement must be the last one of its block. */
  #statement(): boolean {
    const { line } = this.lexer;
    switch (this.token.symbol) {
      case 'if':
        this.#if(line);
        return false;
      case 'while':
        this.next();
        this.expression();
        this.expect('do');
        this.#loop();
        this.close('end', 'while', line);
        return false;
      case 'do':
        this.next();
        this.#block();
        this.close('end', 'do', line);
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
        this.next();
        this.#localStatement();
        return false;
      case 'return':
        this.next();
        if (!BLOCK_ENDS.has(this.token.symbol) && !this.is(';')) this.expressions();
        return true;
      case 'break':
        this.next();
        if (this.scope.loops === 0) this.fail('no loop to break');
        return true;
      default:
        this.#expressionStatement();
        return false;
    }
  }

  #if(line: number): void {
    do {
      this.next();
      this.expression();
      this.expect('then');
      this.#block();
    } while (this.is('elseif'));
    if (this.accept('else')) this.#block();
    this.close('end', 'if', line);
  }

  #for(line: number): void {
    this.next();
    const { locals } = this.scope;
    this.expect('<name>');
    let names = 1;
    if (this.accept('=')) {
      this.expression();
      this.expect(',');
      this.expression();
      if (this.accept(',')) this.expression();
    } else if (this.is(',') || this.is('in')) {
      for (; this.accept(','); names += 1) this.expect('<name>');
      this.expect('in');
      this.expressions();
    } else this.fail("'=' or 'in' expected");
    // The loop itself keeps three values.
    this.local(names + 3);
    this.expect('do');
    this.#loop();
    this.scope.locals = locals;
    this.close('end', 'for', line);
  }

  /** The condition of `until` sees the locals of the block. */
  #repeat(line: number): void {
    const { locals } = this.scope;
    this.next();
    this.scope.loops += 1;
    this.chunk();
    this.scope.loops -= 1;
    this.close('until', 'repeat', line);
    this.expression();
    this.scope.locals = locals;
  }

  #function(line: number): void {
    this.next();
    this.expect('<name>');
    while (this.accept('.')) this.expect('<name>');
    const isMethod = this.accept(':');
    if (isMethod) this.expect('<name>');
    this.body(line, isMethod);
  }

  #localStatement(): void {
    if (this.accept('function')) {
      this.expect('<name>');
      this.local();
      this.body(this.lexer.line, false);
      return;
    }
    do {
      this.expect('<name>');
      this.local();
    } while (this.accept(','));
    if (this.accept('=')) this.expressions();
  }

  #expressionStatement(): void {
    let kind = this.primary();
    if (kind === 'call') return;
    for (;;) {
      if (kind !== 'variable') this.fail('syntax error');
      if (!this.accept(',')) break;
      kind = this.primary();
    }
    this.expect('=');
    this.expressions();
  }
}
