import { expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { RUNS_LONG_TESTS } from '../../../cli/test/long.ts';
import { acceptedBy, unexplained } from './accepted.ts';
import type { Bytes, Case, Outcome, Subject } from './case.ts';
import { flagsOf } from './flags.ts';
import { type Found, fuzz } from './fuzzer.ts';
import { CASE_GROUPS } from './generate.ts';
import { ModelSubject } from './model-subject.ts';
import { quote, reproduction } from './reproduction.ts';

const COMMANDS = RUNS_LONG_TESTS ? 3000 : 1500;
const WALL_MS = 1_800_000_000_000;

/** A model with a defect: `change` returns another reply to a command, or throws. */
class PlantedModel implements Subject {
  readonly #model = new ModelSubject(() => WALL_MS);
  readonly #change: (words: readonly Bytes[], reply: Bytes) => Bytes;

  constructor(change: (words: readonly Bytes[], reply: Bytes) => Bytes) {
    this.#change = change;
  }

  async run(tested: Case): Promise<Outcome> {
    const { received, end } = await this.#model.run(tested);
    const changed: Bytes[][] = [];
    for (const [step, replies] of received.entries()) {
      const { words = [], client = 0 } = tested.steps[step] ?? {};
      try {
        changed.push(replies.map((reply, index) => (index === client ? this.#change(words, reply) : reply)));
      } catch (error) {
        return { received: changed, end: `threw ${String(error)}` };
      }
    }
    return { received: changed, end };
  }

  close(): Promise<void> {
    return this.#model.close();
  }
}

async function foundIn(
  change: (words: readonly Bytes[], reply: Bytes) => Bytes,
  groups = CASE_GROUPS,
): Promise<Found[]> {
  const subjects = { real: new ModelSubject(() => WALL_MS), model: new PlantedModel(change) };
  const result = await fuzz({ seed: '0x1', commands: COMMANDS, groups }, subjects, () => undefined);
  return [...result.differences.values()];
}

const printed = ({ tested, difference }: Found): string => reproduction(tested, difference).replace('HELLO 3; ', '');

it('finds nothing between two servers that are the same', async () => {
  expect(await foundIn((_, reply) => reply)).toEqual([]);
});

it('reduces a wrong reply to the command that has it', async () => {
  const found = await foundIn(
    ([name = ''], reply) => (/^strlen$/i.test(name) && reply.startsWith(':') ? ':77\r\n' : reply),
    ['strings'],
  );
  expect(found.map(({ difference }) => difference.signature)).toEqual(['STRLEN (integer | integer)']);
  expect(found.map(printed)).toEqual([expect.stringMatching(/^STRLEN \S+ {2}R: :0 {2}M: :77$/)]);
});

it('keeps the commands and options that a difference needs', async () => {
  const found = await foundIn(
    (words, reply) =>
      words.includes('LIMIT') && /^zrange/i.test(words[0] ?? '') && /^\*[1-9]/.test(reply) ? '*0\r\n' : reply,
    ['zsets'],
  );
  expect(found.length).toBeGreaterThan(0);
  for (const { tested } of found) {
    expect(tested.steps.map(({ words }) => words[0])).toContain('ZADD');
    expect(tested.steps.at(-1)?.words).toContain('LIMIT');
    expect(tested.steps.length).toBeLessThanOrEqual(3);
  }
});

it('reports a model that throws, and goes on', async () => {
  const found = await foundIn(
    ([name = ''], reply) => {
      if (/^append$/i.test(name)) throw new RangeError('planted');
      return /^getdel$/i.test(name) && reply.startsWith('$') ? '+OK\r\n' : reply;
    },
    ['strings'],
  );
  const signatures = found.map(({ difference }) => difference.signature);
  expect(signatures).toContainEqual(expect.stringMatching(/^APPEND .*threw RangeError: planted/));
  expect(signatures).toContainEqual(expect.stringMatching(/^GETDEL .*status/));
});

it('drops a difference that does not recur', async () => {
  let isFirst = true;
  const subjects = {
    real: new ModelSubject(() => WALL_MS),
    model: new PlantedModel((_, reply) => {
      if (!isFirst) return reply;
      isFirst = false;
      return ':12345\r\n';
    }),
  };
  const result = await fuzz({ seed: '0x1', commands: 500, groups: ['lists'] }, subjects, () => undefined);
  expect({ differences: result.differences.size, unstable: result.unstable }).toEqual({ differences: 0, unstable: 1 });
});

it('quotes bytes as redis-cli reads them', () => {
  expect(['a', '', 'a b', '"', '\xff\x00', '\r\n', '\\'].map(quote)).toEqual([
    'a',
    '""',
    '"a b"',
    '"\\""',
    '"\\xff\\x00"',
    '"\\r\\n"',
    '"\\\\"',
  ]);
});

it('accepts only differences that docs/fidelity.md explains', () => {
  expect(unexplained(readFileSync(new URL('../../../../docs/fidelity.md', import.meta.url), 'utf8'))).toEqual([]);
  const planted = [
    { signature: /^INCRBYFLOAT /, fidelity: 'digits of a double' },
    { signature: /^GET /, fidelity: 'nowhere' },
  ];
  const markdown = '| Redis | Fractions have the digits of a double. | … |\n| clock | nowhere | … |';
  expect(unexplained(markdown, planted)).toEqual([planted[1]]);
  const tested: Case = { group: 'strings', protocol: 2, isInterleaved: false, steps: [] };
  const accepted = (signature: string) => acceptedBy({ tested, difference: { signature, step: 0 } }, planted);
  expect(accepted('INCRBYFLOAT (bulk | bulk)')).toBe(planted[0]);
  expect(accepted('GETEX (bulk | bulk)')).toBeUndefined();
});

it('accepts ranges by member only of large sets whose scores differ', () => {
  const accepted = (members: number, score: (index: number) => number, key = 'z') => {
    const zadd = ['ZADD', 'z', ...Array.from({ length: members }, (_, at) => [`${score(at)}`, `m${at}`]).flat()];
    const steps = [zadd, ['ZLEXCOUNT', key, '-', '+']].map((words) => ({ client: 0, words }));
    const difference = { signature: 'ZLEXCOUNT (integer | integer)', step: 1 };
    return acceptedBy({ tested: { group: 'zsets', protocol: 3, isInterleaved: false, steps }, difference });
  };
  expect(accepted(200, (at) => at % 3)).toBeDefined();
  expect(accepted(200, () => 1)).toBeUndefined();
  expect(accepted(100, (at) => at % 3)).toBeUndefined();
  expect(accepted(200, (at) => at % 3, 'other')).toBeUndefined();
});

it('parses flags', () => {
  const flags = (...parameters: string[]) => flagsOf(parameters, ['strings', 'lua'], () => '0x5');
  expect(flags()).toEqual({ commands: 200_000, seed: '0x5', groups: ['strings', 'lua'] });
  expect(flags('--commands', '10', '--seed', '0X1F', '--only', 'lua')).toEqual({
    commands: 10,
    seed: '0x1f',
    groups: ['lua'],
  });
  expect(() => flags('--commands', '0')).toThrow('invalid --commands 0');
  expect(() => flags('--seed', '12')).toThrow('invalid --seed 12');
  expect(() => flags('--only', 'lua,x')).toThrow('unknown group x in --only (expected: strings, lua)');
  expect(() => flags('--nosuch')).toThrow('expected --commands, --seed or --only');
});
