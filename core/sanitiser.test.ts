import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contentProblem } from './sanitiser.ts';
import { naughtyStrings, readmeSentences, vectorUrls, xssVectors } from './test/content/corpora.ts';

describe('comments that pass', () => {
  test.each([
    'AAPL is cheap',
    'a < b',
    '5 > 3 && 2 < 4',
    'AT&T',
    'it’s up 3 % & rising',
    'x<3, i<=n, <-, <>, <<, < b>, <',
    '😀 ñ 株 é e\u0301',
    ' a "quote"\twith a tab\n',
    '&lt;b&gt; is how you escape a tag',
    'use javascript: URLs never',
    'javascript is fine, and so is data:image/png;base64,AAAA',
    'see https://example.test/?a=1&b=2#javascript:',
    'a\u202eb\u200bc\u0000d',
    '\ud800',
    '&#60;script&#62;',
  ])('%j', (text) => {
    expect(contentProblem(text)).toBeNull();
  });
});

describe('comments that are refused', () => {
  test.each([
    '<b>bold</b>',
    '<script>alert(1)</script>',
    '<ScRiPt src=//evil.example>',
    'buy <img src=x onerror=alert(1)',
    '</script',
    '<!-- -->',
    '<?xml version="1.0"?>',
    '"><svg/onload=alert(1)>',
    'i<n',
  ])('as markup: %j', (text) => {
    expect(contentProblem(text)).toBe('comment_markup');
  });

  test.each([
    'javascript:alert(1)',
    ' \u0001JavaScript:alert(1)',
    'java\tscript:alert(1)',
    'java\u0000script\n:alert(1)',
    'javascript&colon;alert(1)',
    'jav&Tab;ascript:alert(1)',
    '&#106;avascript:alert(1)',
    '&#x6A;avascript:alert(1)',
    '&NewLine;javascript:alert(1)',
    '\u00a0javascript:alert(1)',
    'vbscript:msgbox(1)',
    'data:text/html,x',
    'data: text/html;base64,PHA+',
    'DATA:TEXT/HTML',
  ])('as a URL with a script: %j', (text) => {
    expect(contentProblem(text)).toBe('comment_script_url');
  });

  test('references are decoded once, as by a browser', () => {
    expect(contentProblem('&amp;#106;avascript:alert(1)')).toBeNull();
  });
});

describe('texts by other authors', () => {
  const isRefused = (text: string): boolean => contentProblem(text) !== null;

  function count(texts: readonly string[]): { readonly refused: number; readonly all: number } {
    return { refused: texts.filter(isRefused).length, all: texts.length };
  }

  function print(what: string, texts: readonly string[]): void {
    const { refused, all } = count(texts);
    console.info(`comments: ${String(refused)} of ${String(all)} refused: ${what}`);
  }

  test('the attacks of the Big List of Naughty Strings are refused where they are HTML or a URL', () => {
    const [injection] = naughtyStrings().filter(({ section }) => section === 'Script Injection');
    const attacks = injection?.texts ?? [];
    print('script injections of the Big List of Naughty Strings', attacks);
    expect(count(attacks)).toEqual({ refused: 221, all: 235 });
    // They need an attribute, a script, a second decoding or other characters around them.
    expect(attacks.filter((text) => !isRefused(text))).toEqual([
      '&lt;script&gt;alert(&#39;123&#39;);&lt;/script&gt;',
      '< / script >< script >alert(123)< / script >',
      ' onfocus=JaVaSCript:alert(123) autofocus ',
      '" onfocus=JaVaSCript:alert(123) autofocus ',
      "' onfocus=JaVaSCript:alert(123) autofocus ",
      '＜script＞alert(123)＜/script＞',
      '";alert(123);t="',
      "';alert(123);t='",
      ';alert(123);',
      'src=JaVaSCript:prompt(132)',
      '" autofocus onkeyup="javascript:alert(123)',
      "' autofocus onkeyup='javascript:alert(123)",
      `\\";alert('XSS');//`,
      'http://a/%%30%30',
    ]);
  });

  test('of its other strings only those with tags are refused', () => {
    const others = naughtyStrings()
      .filter(({ section }) => section !== 'Script Injection')
      .flatMap(({ texts }) => texts);
    print('other strings of the Big List of Naughty Strings', others);
    expect(count(others)).toEqual({ refused: 5, all: 259 });
    expect(others.filter(isRefused).filter((text) => !/^<(foo|\?xml) /.test(text))).toEqual([]);
  });

  test('the attacks of another list are refused, and their URLs alone', () => {
    const { texts } = xssVectors;
    print('attacks of the XSS filter evasion cheat sheet', texts);
    expect(count(texts)).toEqual({ refused: 45, all: 45 });
    const urls = vectorUrls();
    print('their URLs', urls);
    expect(count(urls)).toEqual({ refused: 15, all: 36 });
    // The others have other schemes. These look similar, and no browser runs them.
    const passed = urls.filter((url) => !isRefused(url));
    expect(passed.filter((url) => /script|text\/html/.test(url) && !url.includes('//'))).toEqual([
      "jav ascript:alert('XSS');",
      'livescript:[code]',
      'javascript',
      '/javascript/a',
      'javascript&colonalert(/xss/)',
    ]);
  });

  test('prose about code passes, except with tags, links or type parameters in angle brackets', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const sentences = readmeSentences([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
    const refused = sentences.filter(isRefused);
    print('sentences of the READMEs of the dependencies', sentences);
    const html = refused.filter((text) => /<\/?(?:a|b|br|code|h\d|img|p|sup)\b[^>]*>/.test(text));
    const links = refused.filter((text) => !html.includes(text) && /<(?:https?:|www\.)/.test(text));
    const rest = refused.filter((text) => !html.includes(text) && !links.includes(text));
    console.info(`comments: of these ${String(html.length)} with HTML, ${String(links.length)} with links in brackets`);
    // All counts change with the versions of the dependencies.
    expect({ ...count(sentences), html: html.length, links: links.length, rest: rest.length }).toEqual({
      refused: 73,
      all: 4016,
      html: 12,
      links: 55,
      rest: 6,
    });
    expect(rest.map((text) => /<[^>]*>/.exec(text)?.[0])).toEqual([
      '<name>',
      '<lang>',
      '<langcode>',
      '<langcode>',
      '<boolean>',
      '<jobName>',
    ]);
  });
});
