/** Compares docs/client.md with the client and the gateway, in both directions. */
import { describe, expect, test } from 'vitest';
import { CLIENT_TIMES, FINAL_CLOSE_CODES, NOT_AUTHENTICATED } from '../core/client/defaults.js';
import { closings } from '../core/closings.ts';
import { differences } from './compare.ts';
import { tableWith } from './markdown.ts';
import { namesIn } from './sources.ts';
import { textOf } from './test/repository.ts';

const page = textOf('docs/client.md');
const types = textOf('core/client/types.ts');

describe('docs/client.md', () => {
  test('events', () => {
    const { rows } = tableWith(page, 'event', 'fields', 'meaning');
    const [, events = ''] = /interface ClientEvents \{\n(.*?)\n\}\n/s.exec(types) ?? [];
    expect(
      differences(
        rows.map(([name = '']) => name.replaceAll('`', '')),
        namesIn(events, /^ {2}readonly (\w+):/gm),
      ),
    ).toEqual([]);
  });

  test('close codes', () => {
    const { rows } = tableWith(page, 'close code', 'the client');
    const codes = [...new Set(Object.values(closings).map(({ closeCode }) => closeCode))];
    const actual = codes.map((code) => {
      if (code === NOT_AUTHENTICATED) return `${code} connects again if token returns another token`;
      return `${code} ${FINAL_CLOSE_CODES.includes(code) ? 'stays closed' : 'connects again'}`;
    });
    expect(
      differences(
        rows.map((row) => row.join(' ').replaceAll('`', '')),
        actual,
      ),
    ).toEqual([]);
  });

  test('options', () => {
    const { rows } = tableWith(page, 'option', 'default', 'meaning');
    const actual = Object.entries(CLIENT_TIMES).map(([name, value]) => `${name} ${value}`);
    expect(
      differences(
        rows.map(([name = '', value = '']) => `${name.replaceAll('`', '')} ${value}`),
        actual,
      ),
    ).toEqual([]);
  });
});
