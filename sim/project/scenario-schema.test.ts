/** What a scenario may be: whatever is accepted can be saved and read again, and whatever is refused is told of in one line. */
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

/** What is said against a replay of an actor of this kind and an operation of this name, with the largest numbers there are. */
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
