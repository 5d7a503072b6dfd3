/** Generates cases that change settings of the server, and cases of keyspace notifications. */
import { CommandWriter } from './arguments.ts';
import { type Bytes, clientId, CLIENTS, type Step } from './case.ts';
import { drawSpec } from './draw-spec.ts';
import type { Draw } from './draw.ts';
import { type DataGroup, GROUPS, populate, TYPE_OF } from './groups.ts';
import { withoutHarm } from './harmless.ts';
import { block, stir } from './interleaved.ts';
import { REFUSED_SETTINGS, SETTING_ALIASES, SETTING_NAMES, SETTINGS } from './settings.ts';
import { COMMON_TYPES, drawAnything, drawKey } from './values.ts';

const words = (text: string): readonly Bytes[] => text.split(' ');

const ENCODED_KEYS = words('l1 l2 t1 t2 h1 h2 z1 z2 x1 new');

const isOfEncoding = (name: Bytes): boolean => /^(?:hash|zset|set|list|stream)-/.test(name);
const OTHER_NAMES = SETTING_NAMES.filter((name) => !isOfEncoding(name));

function change(draw: Draw, names: readonly Bytes[], aliases: readonly Bytes[]): readonly Bytes[] {
  const name = (): Bytes =>
    draw.chance(0.1) ? draw.pick(REFUSED_SETTINGS) : draw.chance(0.1) ? draw.pick(aliases) : draw.pick(names);
  const pair = (): Bytes[] => {
    const setting = name();
    const value = draw.chance(0.05) ? drawAnything(draw) : draw.pick(SETTINGS[setting] ?? words('1 2 16 abc'));
    return [draw.chance(0.1) ? setting.toUpperCase() : setting, value];
  };
  return ['CONFIG', 'SET', ...draw.some(1, 3, pair).flat(), ...(draw.chance(0.03) ? ['hz'] : [])];
}

function query(draw: Draw): readonly Bytes[] {
  const name = (): Bytes =>
    draw.pick([
      draw.pick(SETTING_NAMES),
      draw.pick(SETTING_NAMES),
      draw.pick(SETTING_ALIASES),
      'list-*',
      'nosuch',
      '*-keyspace-*',
      'LFU-*',
    ]);
  return ['CONFIG', 'GET', ...draw.some(1, 3, name)];
}

const writerOf = (draw: Draw): CommandWriter => new CommandWriter(draw, { value: 0.03, shape: 0.01 });

function dataCommand(draw: Draw, writer: CommandWriter): readonly Bytes[] {
  const group = draw.pick(['lists', 'sets', 'hashes', 'zsets', 'streams', 'keys', 'strings'] as const);
  return withoutHarm(writer.write(drawSpec(GROUPS[group], draw)), false);
}

/**
 * Settings decide how values are encoded, and OBJECT ENCODING shows it. They change before there
 * are values, because a value keeps its encoding.
 */
export function settingSteps(draw: Draw): Step[] {
  const writer = writerOf(draw);
  const one = (): readonly Bytes[][] =>
    draw.pick<() => readonly (readonly Bytes[])[]>([
      () => [change(draw, OTHER_NAMES, ['lua-time-limit'])],
      () => [change(draw, OTHER_NAMES, ['lua-time-limit']), query(draw)],
      () => populate(draw.pick(COMMON_TYPES), draw),
      () => [dataCommand(draw, writer), ['OBJECT', 'ENCODING', draw.pick(ENCODED_KEYS)]],
      () => [['OBJECT', 'ENCODING', draw.pick(ENCODED_KEYS)]],
      () => [['CONFIG', draw.pick(['RESETSTAT', 'nosuch', 'GET', 'SET'])]],
    ])() as readonly Bytes[][];
  const first = draw.some(1, 3, () => change(draw, SETTING_NAMES, SETTING_ALIASES));
  return [first, ...draw.some(4, 12, one)].flatMap((commands) => commands.map((each) => ({ client: 0, words: each })));
}

const CLASSES: readonly Bytes[] = ['KEA', 'KEA', 'KEA', 'EA', 'KA', 'KEAnm', 'K$g', 'Elshz', 'KEt', 'KEn', 'KEm', 'Eg'];
const PATTERNS: readonly Bytes[] = ['__key*', '__key*', '__keyevent@*', '__keyspace@0__:*', '__keyevent@0__:[dsx]*'];

/** Commands that look at keys in no order, or at none of those that have expired. */
const READ_ALL_KEYS: ReadonlySet<string> = new Set(words('randomkey keys scan sort sort_ro'));

/** The first client is subscribed to the notifications of what the others do. */
export function notificationSteps(draw: Draw): Step[] {
  const writer = writerOf(draw);
  const worker = (): number => draw.between(1, CLIENTS - 1);
  const types = draw.some(1, 3, () => draw.pick(COMMON_TYPES));
  const groups = (Object.keys(GROUPS) as DataGroup[]).filter((group) => group !== 'server');
  const own = groups.filter((group) => types.some((type) => TYPE_OF[group] === type));
  const command = (without: ReadonlySet<string> = new Set()): readonly Bytes[] => {
    const group = draw.pick<DataGroup>([...own, ...own, 'keys', draw.pick(groups)]);
    // A value that has been changed in place keeps an encoding that the model does not show.
    const names: readonly string[] = GROUPS[group].filter((name) => name !== 'object encoding' && !without.has(name));
    return withoutHarm(writer.write(drawSpec(names, draw)), false);
  };
  const steps: Step[] = [
    { client: 2, words: ['CONFIG', 'SET', 'notify-keyspace-events', draw.pick(CLASSES)] },
    { client: 0, words: ['PSUBSCRIBE', draw.pick(PATTERNS)] },
    ...types.flatMap((type) => populate(type, draw)).map((each) => ({ client: worker(), words: each })),
  ];
  for (let count = draw.between(4, 15); count > 0; count -= 1) {
    const client = worker();
    const kind = draw.below(16);
    if (kind === 0) {
      for (const each of [['MULTI'], command(), command(), ['EXEC']]) steps.push({ client, words: each });
    } else if (kind === 1) {
      steps.push({ client: 2, words: ['CONFIG', 'SET', 'notify-keyspace-events', draw.pick(CLASSES)] });
    } else if (kind === 2) {
      const [name = '', ...rest] = command();
      const called = draw.pick(['call', 'pcall']);
      steps.push({ client, words: ['EVAL', `return redis.${called}('${name}', unpack(ARGV))`, '0', ...rest] });
    } else if (kind === 3)
      steps.push({ client, words: draw.pick([['SELECT', '1'], ['FLUSHALL'], ['SWAPDB', '0', '1']]) });
    else if (kind === 4) {
      steps.push({ client: 1, words: block(draw, '0') });
      steps.push(...draw.some(1, 3, () => ({ client: 2, words: stir(draw) })));
      steps.push({ client: 2, words: ['CLIENT', 'UNBLOCK', clientId(1)] });
    } else if (kind === 5) {
      const expired = draw.some(1, 2, () => drawKey(draw.pick(types), draw, 0));
      const sets = expired.map((key) => ['SET', key, 'v', 'PXAT', '1']);
      const found = draw.some(1, 3, () => command(READ_ALL_KEYS));
      // In a transaction only commands that look at a key find that it has expired.
      for (const each of [['MULTI'], ...sets, ...found, ['DEL', ...expired], ['EXEC']])
        steps.push({ client, words: each });
    } else steps.push({ client, words: command() });
  }
  return steps;
}
