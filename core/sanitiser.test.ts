import { describe, expect, test } from 'vitest';
import { createSanitiser } from './sanitiser.ts';

const sanitise = createSanitiser();

describe('the sanitiser', () => {
  test.each(['AAPL is cheap', 'it’s up 3 % & rising', '😀 ñ 株', 'a "quote"'])('leaves %j alone', (text) => {
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
    // Once more changes nothing that could bring markup back.
    expect(sanitise(safe.text).text).toBe(safe.text);
  });

  test('takes scripts away with what they hold', () => {
    expect(sanitise('buy<script>steal()</script> now').text).toBe('buy now');
  });

  test('takes away what is invisible or turns text around', () => {
    expect(sanitise('a\u202eb\u200bc\u0007d\u2066e')).toEqual({ text: 'abcde', changed: true });
  });
});
