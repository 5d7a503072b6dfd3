/** What names of secrets contain, as the source of a regular expression that ignores case. */
export const SECRET_NAMES = String.raw`token|secret|passw(?:or)?d|passphrase|cookie|authorization|jwt|api[-_]?key`;
