/** The pages that error texts of escapes name exist, with their headings. */
import { expect, test } from 'vitest';
import { advisedPages } from '../sim/ambient/escape-advice.ts';
import { anchorsIn } from './markdown.ts';
import { textOf } from './test/repository.ts';

test.each(advisedPages())('%s', (page) => {
  const [file = '', anchor = ''] = page.split('#');
  expect(['', ...anchorsIn(textOf(file))]).toContain(anchor);
});
