import { expect, test } from 'vitest';
import { insteadOf } from './escape-advice.ts';

test.each([
  ['fetch', /^let the actor use connect\(\).*\(docs\/your-own-gateway\.md#use-client-libraries-in-actors\)$/],
  ['node:net connect', /^let the actor use connect\(\)/],
  ['an address of https or wss', /^use http: or ws:/],
  ['node:fs readFileSync', /^import the data \(import x from '.\/a.json' with \{ type: 'json' \}\) \(docs/],
  ['process.exit', /^let the operation return/],
  ['client socket.on', /^use what browsers have/],
  ['node:crypto generateKeyPair', /^use a fixed key/],
  ['something', /^use what the context of an operation has \(docs\/scenario\.md\)$/],
])('%s in an actor', (way, advice) => {
  expect(insteadOf(way, 'scenario')).toMatch(advice);
});

test.each([
  ['fetch', /^use node\.listen or node\.redis.*\(docs\/your-own-gateway\.md#find-what-your-gateway-needs\)$/],
  ['Redis command wait', /^give the system a substitute .*\(docs\/redis\.md#check-which-commands-are-simulated\)$/],
  ['node:fs readFileSync', /or pass it in through the scenario's configuration \(docs\/process\.md/],
  ['process.exit', /^throw an error \(docs\/process\.md#know-when-it-ends\)$/],
  ['something', /^let the system take it as a parameter \(docs\/your-own-gateway\.md\)$/],
])('%s in a system', (way, advice) => {
  expect(insteadOf(way, 'system')).toMatch(advice);
});
