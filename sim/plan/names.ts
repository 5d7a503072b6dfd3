/**
 * Rules for the names in a plan. Scenarios define the names and replay files contain them, so the
 * same rules apply to both: each valid name can be saved, read back and shown in a terminal.
 */

export const NAME_LENGTH_MAX = 100;

/** Names of operations, faults and variants. */
export const NAME = /^[A-Za-z0-9](?:[\w.#:/ -]*[\w.#-])?$/;
export const NAME_RULE = `at most ${NAME_LENGTH_MAX} of A-Z a-z 0-9 _ . # -, a letter or digit first, and : / or spaces within`;

/**
 * Ids of properties, which may be sentences, such as `no client's timer outlives its connection`.
 */
export const PROPERTY_ID = /^[A-Za-z0-9](?:[ -~]*[!-~])?$/;
export const PROPERTY_ID_RULE = `at most ${NAME_LENGTH_MAX} printable ASCII characters, a letter or digit first, no space last`;

/** `client`, `price-feed`. A number behind a dash names one actor: `client-3`. */
export const ACTOR_KIND = /^[A-Za-z]\w*(?:-[A-Za-z]\w*)*$/;
export const ACTOR = /^[A-Za-z]\w*(?:-[A-Za-z]\w*)*-[1-9]\d{0,6}$/;

/** Ids of operations consist of the kind of the actor and two numbers, such as `client-3.2`. */
export const ACTOR_KIND_LENGTH_MAX = NAME_LENGTH_MAX - '-1000000.10000'.length;
export const ACTOR_KIND_RULE = `at most ${ACTOR_KIND_LENGTH_MAX} of A-Z a-z 0-9 _, a letter first and after each dash, such as price-feed`;

export function isName(text: string): boolean {
  return text.length <= NAME_LENGTH_MAX && NAME.test(text);
}

export function isActorKind(text: string): boolean {
  return text.length <= ACTOR_KIND_LENGTH_MAX && ACTOR_KIND.test(text);
}
