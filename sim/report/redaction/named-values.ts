/**
 * Values of Redis that follow their names, such as the fields of a hash. A name of a secret is
 * joined with its value, in a form in which the redactor recognises both.
 */
import { NAME } from './redactor.ts';

/** `password hunter2`, of a command. */
const WORDS = new RegExp(String.raw`(?<![\w"-])(${NAME}) (?=[^\s"])`, 'gi');

/** `"password","hunter2"`, of a reply. */
const TEXTS = new RegExp(String.raw`("${NAME}"),(?=")`, 'gi');

export function withNames(text: string): string {
  return text.replaceAll(WORDS, '$1=').replaceAll(TEXTS, '$1:');
}
