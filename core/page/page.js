/**
 * The page at `/`: connects by the client in ../client, and shows prices, comments and the state of
 * the gateway. All text from outside is shown by textContent. The token stays in memory.
 */
import { PricesClient } from '../client/prices-client.js';

const HEALTH_EVERY_MS = 2000;
const COMMENTS_MAX = 200;

const byId = (id) => document.getElementById(id);

/** An element with text in it. */
function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

const STATES = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  open: 'Connected',
  waiting: 'Connection lost, trying again…',
  closed: 'Not connected',
};

/** By symbol: the cells of its row, and its last price. */
const rows = new Map();
let client = null;

function notice(text) {
  byId('notice').textContent = text;
}

function rowOf(symbol) {
  let row = rows.get(symbol);
  if (row !== undefined) return row;
  const cells = ['number', 'number', 'quoted', ''].map((className) => element('td', '–', { className }));
  const line = document.createElement('tr');
  line.append(element('th', symbol, { scope: 'row' }), ...cells);
  const [price, change, quoted, state] = cells;
  row = { line, price, change, quoted, state, last: null };
  rows.set(symbol, row);
  byId('prices').append(line);
  byId('comment-symbol').append(element('option', symbol, { value: symbol }));
  byId('no-prices').hidden = true;
  return row;
}

function removeRow(symbol) {
  rows.get(symbol)?.line.remove();
  rows.delete(symbol);
  for (const option of [...byId('comment-symbol').options]) if (option.value === symbol) option.remove();
  byId('no-prices').hidden = rows.size > 0;
}

function showPrice({ symbol, price, quotedAt = '–' }, state) {
  const row = rowOf(symbol);
  row.state.textContent = price === null ? 'no price' : state;
  if (price === null) return;
  const change = row.last === null ? 0 : price - row.last;
  row.price.textContent = price.toFixed(2);
  row.change.textContent = `${change > 0 ? '▲ +' : change < 0 ? '▼ ' : ''}${change.toFixed(2)}`;
  row.change.dataset.change = change > 0 ? 'up' : change < 0 ? 'down' : 'none';
  row.quoted.textContent = quotedAt;
  row.last = price;
}

/** A comment on a symbol, or an announcement. */
function showMessage(title, text) {
  const comments = byId('comments');
  const line = document.createElement('p');
  line.append(element('strong', `${title}: `), text);
  comments.prepend(line);
  while (comments.children.length > COMMENTS_MAX) comments.lastElementChild.remove();
}

function showState({ state, code, reason }) {
  const isOpen = state === 'open';
  byId('connection').dataset.state = state;
  byId('connection').textContent = STATES[state];
  byId('disconnect').disabled = state === 'closed';
  for (const id of ['comment-symbol', 'comment-text', 'send']) byId(id).disabled = !isOpen;
  if (isOpen) notice('');
  if (state === 'closed' && code !== 1000) notice(`The gateway has ended the connection: ${reason} (${code})`);
  if (!isOpen) for (const row of rows.values()) row.state.textContent = 'offline';
}

function connect(token, symbols) {
  client?.stop();
  for (const symbol of [...rows.keys()]) removeRow(symbol);
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/stream`;
  client = new PricesClient({ url, token: () => byId('token').value.trim() || token });
  client.on('state', showState);
  client.on('price', (price) => showPrice(price, 'live'));
  client.on('snapshot', (quote) => showPrice(quote, 'live'));
  client.on('stale', ({ symbol }) => {
    rowOf(symbol).state.textContent = 'stale';
  });
  client.on('comment', ({ symbol, from, text }) => showMessage(`${from} on ${symbol}`, text));
  client.on('announcement', ({ from, text }) => showMessage(`${from} announces`, text));
  client.on('unsubscribed', ({ symbols: ended, code }) => {
    ended.forEach(removeRow);
    notice(`Not subscribed: ${ended.join(', ')} (${code})`);
  });
  client.on('expiring', ({ expiresAtMs }) =>
    notice(`The token expires at ${new Date(expiresAtMs).toLocaleTimeString()}. Paste a new one.`),
  );
  client.on('error', ({ code, text }) => notice(`${text} (${code})`));
  symbols.forEach(rowOf);
  client.subscribe(symbols);
  client.start();
}

async function showHealth() {
  let health = 'unreachable';
  try {
    const response = await fetch('/healthz');
    const state = await response.json();
    health = state.health;
    for (const name of ['connections', 'subscriptions', 'tasks']) byId(name).textContent = String(state[name]);
  } catch {
    // The gateway is stopped, or the network is away.
  }
  byId('health').textContent = health;
  byId('health').dataset.health = health;
}

byId('access').addEventListener('submit', (event) => {
  event.preventDefault();
  const symbols = byId('symbols')
    .value.split(/[\s,]+/)
    .filter((symbol) => symbol !== '');
  notice('');
  connect(byId('token').value.trim(), symbols);
});

byId('disconnect').addEventListener('click', () => client?.stop());

byId('comment').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = byId('comment-text');
  const sent = text.value;
  client?.comment(byId('comment-symbol').value, sent).then(
    ({ partial }) => {
      notice(partial ? 'Redis is away: only clients of this gateway got the comment.' : '');
      // It may be a new text by now.
      if (text.value === sent) text.value = '';
    },
    ({ code, message }) => notice(`${message} (${code})`),
  );
});

void showHealth();
setInterval(() => void showHealth(), HEALTH_EVERY_MS);
