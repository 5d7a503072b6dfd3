/**
 * Which scenarios are valid: an accepted one can be saved and read again, and a refused one gets
 * one line that says why.
 */
import { expect, test } from 'vitest';
import { formatReplay } from '../replay/format.ts';
import { parseReplay } from '../replay/parse.ts';
import { ReplayError } from '../replay/replay-error.ts';
import { sampleReplay } from '../replay/test/sample.ts';
import { asScenario } from './scenario-schema.ts';

const nothing = (): void => undefined;

function scenario(changed: object = {}, actor = 'client', operation = 'connect', ofActor: object = {}): object {
  const client = { countMax: 4, create: nothing, script: nothing, leave: nothing, ...ofActor };
  return {
    name: 'a scenario',
    system: { entry: './system.ts' },
    configuration: {},
    nodesMax: 1,
    actors: { [actor]: { ...client, operations: { [operation]: nothing } } },
    operationsMax: 6,
    faultsMax: 3,
    chaosMs: { min: 2000, max: 4000 },
    settleMs: 20_000,
    leaveMs: 1000,
    operationMs: 20_000,
    properties: [{ id: 'held', description: 'it holds', risk: 'R-1', kind: 'always', checker: nothing }],
    variants: [],
    ...changed,
  };
}

/** What is said against a scenario; null when it is accepted. */
function complaint(value: object): string | null {
  try {
    asScenario(value, 'scenario.ts');
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * What is said against a replay of an actor of this kind and an operation of this name, with the
 * largest numbers there are.
 */
function complaintOfReplay(actor: string, operation: string): string | null {
  const { plan } = sampleReplay();
  const [one] = plan.operations;
  const operations =
    one === undefined ? [] : [{ ...one, actor: `${actor}-100000`, id: `${actor}-100000.10000`, name: operation }];
  const cohorts = [{ actor, count: 1, operationsMax: 1, skew: { [operation]: 0.5 } }];
  try {
    parseReplay(new TextEncoder().encode(formatReplay(sampleReplay({ plan: { ...plan, cohorts, operations } }))));
    return null;
  } catch (error) {
    if (error instanceof ReplayError) return error.message;
    throw error;
  }
}

test.each([
  ['client', 'connect', true],
  ['price-feed', 'send message', true],
  ['c1', 'a/b: c#d.e', true],
  ['k'.repeat(86), 'n'.repeat(100), true],
  ['user.admin', 'connect', false],
  ['2fa', 'connect', false],
  ['peer-2', 'connect', false],
  ['', 'connect', false],
  ['k'.repeat(87), 'connect', false],
  ['client', 'send message!', false],
  ['client', 'отправить', false],
  ['client', '', false],
  ['client', ' send', false],
  ['client', 'n'.repeat(101), false],
])('the actor %j with the operation %j is accepted by both or by neither', (actor, operation, isGood) => {
  const said = complaint(scenario({}, actor, operation));
  expect([said === null, complaintOfReplay(actor, operation) === null]).toEqual([isGood, isGood]);
  if (said === null) return;
  expect(said).toMatch(
    /^scenario\.ts: .* can't be (a kind of actor: a kind is|an operation of client: a name is) at most \d+ of A-Z/,
  );
});

test.each<[object, RegExp]>([
  [scenario({ nodesMax: 65 }), /nodesMax Too big: expected number to be <=64/],
  [scenario({ operationsMax: 10_001 }), /operationsMax Too big: expected number to be <=10000/],
  [scenario({ faultsMax: 10_001 }), /faultsMax Too big: expected number to be <=10000/],
  [
    scenario({ faultDurationMaxMs: { latency: 50 } }),
    /faultDurationMaxMs\.latency Too small: expected number to be >=100/,
  ],
  [scenario({ faultDurationMaxMs: { latenci: 500 } }), /faultDurationMaxMs\.latenci is an unknown fault.*latency/],
  [scenario({ faultDurationMaxMs: { 'connection-loss': 500 } }), /connection-loss: this fault lasts for a moment/],
  [
    scenario({ faults: ['latency'], faultDurationMaxMs: { partition: 500 } }),
    /faultDurationMaxMs\.partition: faults does not name this fault/,
  ],
  [
    scenario({ smallSendBuffers: { bytes: [8192, 4959] } }),
    /smallSendBuffers\.bytes\.1 Too small: expected number to be >=4960/,
  ],
  [
    scenario({ smallSendBuffers: { bytes: [65_537] } }),
    /smallSendBuffers\.bytes\.0 Too big: expected number to be <=65536/,
  ],
  [scenario({ smallSendBuffers: { oneSeedIn: 0 } }), /smallSendBuffers\.oneSeedIn Too small: .* >=1/],
  [
    scenario({ smallSendBuffers: { share: 0.5 } }),
    /unknown key smallSendBuffers\.share \(expected one of: bytes, oneSeedIn\)/,
  ],
  [scenario({ chaosMs: { min: 1, max: 86_400_001 } }), /chaosMs\.max Too big: expected number to be <=86400000/],
  [scenario({}, 'client', 'connect', { countMax: 100_001 }), /countMax Too big: expected number to be <=100000/],
  [
    scenario({ operationsMax: 1000 }, 'client', 'connect', { countMax: 2000 }),
    /countMax of all actors and operationsMax allow more than 1000000 operations/,
  ],
  [
    scenario({}, 'client', 'connect', { optional: ['connect', 'leave'] }),
    /client has no optional operation leave; its operations are: connect/,
  ],
  [
    scenario({}, 'client', 'connect', { concurrent: ['connect', 'leave'] }),
    /client has no concurrent operation leave; its operations are: connect/,
  ],
  [
    scenario({ properties: [{ id: 'held', description: '', risk: '', kind: 'often', checker: nothing }] }),
    /properties\.0\.kind Invalid option: expected one of "always"\|"eventually"\|"sometimes"/,
  ],
  [
    scenario({ properties: [{ id: 'it\nholds', description: '', risk: '', kind: 'always', checker: nothing }] }),
    /properties\.0\.id is not an id: at most 100 printable ASCII characters, a letter or digit first, no space last/,
  ],
])('what is too large or unknown is said, with what is allowed', (value, said) => {
  expect(complaint(value)).toMatch(said);
  expect(complaint(value)).toMatch(/^scenario\.ts: [^\n]+$/);
});

test("a property's id may be a sentence", () => {
  const id = "No client's timer (heartbeat, retry) outlives its connection.";
  const value = scenario({ properties: [{ id, description: id, kind: 'always', checker: nothing }] });
  expect(complaint(value)).toBeNull();
});

const smallest = { system: './system.ts', actors: { guest: { visit: nothing } } };

test('the smallest scenario is completed, and named by its file', () => {
  const { name, system, actors, operationMs } = asScenario(smallest, 'tests/ticker.sim.ts');
  expect({ name, system, operationMs }).toEqual({
    name: 'ticker',
    system: { entry: './system.ts' },
    operationMs: 15_000,
  });
  expect(Object.keys(actors['guest']?.operations ?? {})).toEqual(['visit']);
});

test('the environment is an object of strings or a function', () => {
  for (const env of [{ PORT: '1' }, nothing])
    expect(asScenario({ ...smallest, system: { entry: './system.ts', env } }, 'x.ts').system.env).toBe(env);
});

const edit = { file: 'a.ts', within: 'a', find: 'a', put: 'b' };

test.each<[object, string]>([
  [{ ...smallest, fault: [] }, 'unknown key fault, did you mean faults? (expected one of: name, system, '],
  [
    { ...smallest, chaosMs: { min: 1, mx: 2 } },
    'unknown key chaosMs.mx, did you mean max? (expected one of: min, max)',
  ],
  [{ ...smallest, system: { entyr: './system.ts' } }, 'unknown key system.entyr, did you mean entry? (expected'],
  [
    { ...smallest, system: { entry: './system.ts', otherVersion: { edit: [] } } },
    'unknown key system.otherVersion.edit, did you mean edits? (expected one of: entry, edits)',
  ],
  [
    { ...smallest, actors: { guest: { operations: { visit: nothing }, maxCount: 3 } } },
    'unknown key actors.guest.maxCount, did you mean countMax? (expected one of: operations, ',
  ],
  [
    scenario({ properties: [{ id: 'held', promise: 'it holds', kind: 'always', checker: nothing }] }),
    'unknown key properties.0.promise, which is now called description (expected one of: id, ',
  ],
  [scenario({ variants: [{ id: 'v', edit: [] }] }), 'unknown key variants.0.edit, did you mean edits? (expected'],
  [
    scenario({ variants: [{ id: 'v', edits: [{ ...edit, in: 'c' }] }] }),
    'unknown key variants.0.edits.0.in (expected one of: file, within, find, put)',
  ],
])('an unknown key is refused by name: %#', (value, text) => {
  expect(complaint(value)).toContain(`scenario.ts: the default export is not a scenario: ${text}`);
});

test.each<[unknown, string]>([
  [{}, 'actors.guest is empty: an actor has at least one operation'],
  [{ operations: {} }, 'actors.guest.operations is empty: an actor has at least one operation'],
  [[nothing], 'actors.guest must be an object of operations, or { operations: { … } }'],
  [{ operations: [nothing] }, 'actors.guest.operations must be an object of functions'],
  [{ operations: { visit: 7 } }, 'actors.guest.operations.visit must be a function'],
  [
    { operations: { visit: nothing }, look: nothing },
    'actors.guest.look is beside operations: move it into actors.guest.operations',
  ],
  [
    { visit: nothing, countMax: 3 },
    'actors.guest.countMax needs the full form of an actor: put the operations into actors.guest.operations',
  ],
  [
    { visit: nothing, leave: nothing },
    'actors.guest.leave needs the full form of an actor: put the operations into actors.guest.operations',
  ],
  [
    { visit: nothing, limit: 3 },
    'actors.guest.limit must be a function: an actor without operations is only functions',
  ],
])('a mixture of the two forms of an actor is refused: %#', (guest, text) => {
  expect(complaint({ ...smallest, actors: { guest } })).toContain(`is not a scenario: ${text}`);
});

test.each<[object, RegExp]>([
  [
    { ...smallest, faults: ['latency', 'latenci'] },
    /faults\.1 is the unknown fault latenci, did you mean latency\? \(expected some of: network, redis, node, time, latency, connection-loss, .*failpoint-delay; a leading - leaves one out\)$/,
  ],
  [
    { ...smallest, configuration: { limit: () => 3 } },
    /configuration must be plain JSON, since each process gets a copy$/,
  ],
  [{ ...smallest, system: { entry: './system.ts', start: 7 } }, /system\.start Invalid input: expected string/],
  [
    { ...smallest, system: 7 },
    /system must be the path of a module that exports start or is a main module, or \{ entry: … \}$/,
  ],
  [{ actors: {} }, /system must be the path of a module/],
  [
    { ...smallest, system: { entry: './system.ts', env: { PORT: 1 } } },
    /system\.env must be an object of strings, or a function that returns one$/,
  ],
  [{ ...smallest, faults: ['mixed-versions'] }, /the fault mixed-versions needs system\.otherVersion$/],
  [{ ...smallest, settleMs: 1000, operationMs: 2000 }, /scenario scenario: operationMs is above settleMs$/],
  [scenario({ variants: [{ id: 'v', edits: [], expected: 'helt' }] }), /unknown property helt, did you mean held\?$/],
])('other values are refused with what is expected: %#', (value, text) => {
  expect(complaint(value)).toMatch(text);
});

test('former names of faults are accepted', () => {
  expect(asScenario({ ...smallest, faults: ['redis-away'] }, 'scenario.ts').faults).toEqual(['redis-down']);
});
