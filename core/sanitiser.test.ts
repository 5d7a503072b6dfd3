import { describe, expect, test } from 'vitest';
import { createSanitiser } from './sanitiser.ts';

const sanitise = createSanitiser();

describe('the sanitiser', () => {
  test.each(['AAPL is cheap', 'it’s up 3 % & rising', '😀 ñ 株', 'a "quote"'])('keeps %j', (text) => {
    expect(sanitise(text)).toEqual({ text, changed: false });
  });

  test.each([
    '<script>alert(1)</script>',
    '<ScRiPt src=//evil.example>alert(1)</sCrIpT>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<<script>script>alert(1)<</script>/script>',
    '<scr\u0000ipt>alert(1)</scr\u0000ipt>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<a href="javascript:alert(1)">x</a>',
    '<style>@import "//evil.example"</style>',
    '<!-- --><img src=x onerror=alert(1)//-->',
    '<b>bold</b>',
    '"><script>alert(1)</script>',
    '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<img src=x onerror=alert(1)',
    '1 < 2',
  ])('makes harmless and notices %j', (text) => {
    const safe = sanitise(text);
    expect(safe.text).not.toMatch(/[<>]/);
    expect(safe.changed).toBe(true);
    // Sanitising again must not restore markup.
    expect(sanitise(safe.text).text).toBe(safe.text);
  });

  test('removes scripts with their content', () => {
    expect(sanitise('buy<script>steal()</script> now').text).toBe('buy now');
  });

  test('removes invisible characters and marks that reorder text', () => {
    expect(sanitise('a\u202eb\u200bc\u0007d\u2066e')).toEqual({ text: 'abcde', changed: true });
  });
});
