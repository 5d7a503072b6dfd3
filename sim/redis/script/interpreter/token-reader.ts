/** Reads the tokens of a text for a parser, and raises the errors that name a token. */
import { Lexer, type Token } from './lexer.ts';

export class TokenReader {
  protected readonly lexer: Lexer;
  protected token: Token;
  #ahead: Token | null = null;
  /** The line of the token before the current one. */
  protected lastLine = 1;

  /** `text` has one character per byte; `chunk` names it in errors. */
  constructor(text: string, chunk: string) {
    this.lexer = new Lexer(text, chunk);
    this.token = this.lexer.next();
  }

  protected is(symbol: string): boolean {
    return this.token.symbol === symbol;
  }

  protected next(): void {
    this.lastLine = this.lexer.line;
    this.token = this.#ahead ?? this.lexer.next();
    this.#ahead = null;
  }

  protected accept(symbol: string): boolean {
    if (!this.is(symbol)) return false;
    this.next();
    return true;
  }

  protected fail(problem: string): never {
    return this.lexer.fail(problem, this.token.text);
  }

  protected check(symbol: string): void {
    if (!this.is(symbol)) this.fail(`'${symbol}' expected`);
  }

  protected expect(symbol: string): void {
    this.check(symbol);
    this.next();
  }

  /** Expects the symbol that closes `opening` of a line. */
  protected close(symbol: string, opening: string, line: number): void {
    if (this.accept(symbol)) return;
    this.fail(
      line === this.lexer.line
        ? `'${symbol}' expected`
        : `'${symbol}' expected (to close '${opening}' at line ${line})`,
    );
  }

  /** The token after the current one. */
  protected get ahead(): Token {
    return (this.#ahead ??= this.lexer.next());
  }
}
