/** The page: reads its data, and puts its parts together. */
import type { PageData } from '../page-data.ts';
import { element } from './element.ts';
import { createFilterBar } from './filter-bar.ts';
import { createHead } from './head.ts';
import { createHelp } from './help.ts';
import { createInspector } from './inspector.ts';
import { listenToKeys } from './keyboard.ts';
import { Overview } from './drawing/overview.ts';
import { connectAddress } from './permalink.ts';
import { Timeline } from './timeline.ts';
import { View } from './view.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
const view = new View(data);
const help = createHelp();
const onHelp = (): void => help.showModal();
const { root: filterBar, input } = createFilterBar(view);
const timeline = new Timeline(view);
const { list } = timeline;
const hint = 'Arrow keys move between records. Press ? for all keys.';
document.body.append(
  createHead(view, onHelp),
  element(
    'main',
    {},
    new Overview(view).root,
    filterBar,
    element('div', { class: 'body' }, timeline.root, createInspector(view)),
    element('p', { id: 'keys-hint', class: 'visually-hidden' }, hint),
  ),
  help,
);
connectAddress(view);
timeline.start();
listenToKeys({ view, list, input, onHelp });
performance.mark('seedstorm-shown');
