/** Compares docs/protocol.md with the code, in both directions. */
import { expect, test } from 'vitest';
import { closings } from '../core/closings.ts';
import { errors } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { clientFrames, serverFrames, subprotocol } from '../core/protocol.ts';
import { differences } from './compare.ts';
import { column, tableWith } from './markdown.ts';
import { textOf } from './test/repository.ts';

const page = textOf('docs/protocol.md');

interface Shaped {
  readonly shape: Readonly<Record<string, unknown>>;
}

/** Each field but the type. */
function fieldsOf(frames: Readonly<Record<string, Shaped>>): string[] {
  return Object.entries(frames).flatMap(([type, { shape }]) =>
    Object.keys(shape)
      .filter((field) => field !== 'type')
      .map((field) => `${type} ${field}`),
  );
}

function documented(from: string): string[] {
  return tableWith(page, from, 'field', 'type', 'meaning').rows.map(([type, field]) => `${type} ${field}`);
}

test('frames from clients', () => {
  expect(differences(documented('from the client'), fieldsOf(clientFrames))).toEqual([]);
});

test('frames from the gateway', () => {
  expect(differences(documented('from the gateway'), fieldsOf(serverFrames))).toEqual([]);
  const entry = serverFrames.clients.shape.clients.element.shape;
  expect(differences(column(tableWith(page, 'field of a client', 'type', 'meaning'), 0), Object.keys(entry))).toEqual(
    [],
  );
});

test('error codes', () => {
  const { rows } = tableWith(page, 'error code', 'text', 'reason for closing');
  const actual = Object.entries(errors).map(([code, { text, closing }]) => `${code}: ${text}: ${closing}`);
  expect(
    differences(
      rows.map((row) => row.join(': ')),
      actual,
    ),
  ).toEqual([]);
});

test('reasons for closing', () => {
  const { rows } = tableWith(page, 'reason', 'close code', 'counts', 'most', 'within', 'warning', 'text');
  const actual = Object.entries(closings).map(([reason, { closeCode, counts, most, window, warning, text }]) =>
    [reason, closeCode, counts, most === 0 ? '' : most, window ?? '', warning ?? '', text].join(': '),
  );
  expect(
    differences(
      rows.map((row) => row.join(': ')),
      actual,
    ),
  ).toEqual([]);
});

test('the subprotocol and the limits in the text', () => {
  const { payloadMaxBytes, commentMaxCharacters, clientsPerPageMax } = limits();
  expect(page).toContain(`the subprotocol \`${subprotocol}\``);
  expect(page).toContain(`a frame of more than ${payloadMaxBytes / 1024} KiB`);
  expect(page).toContain(`at most ${commentMaxCharacters} characters`);
  expect(page).toContain(`at most ${clientsPerPageMax} |`);
});
