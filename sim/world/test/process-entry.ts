/** The shape of an entry of the contract of processes. */

/** A program. */
export interface Program {
  readonly text: string;
  /** Sent from outside after the program has written `ready`. */
  readonly signal?: 'SIGTERM';
  /** The program is a module, which can await at top level. */
  readonly isModule?: boolean;
}

export interface ProgramEnd {
  readonly lines: readonly string[];
  /** As a shell shows it. */
  readonly code: number;
}

export type ProcessEntry = readonly [title: string, program: string | Program, end: ProgramEnd];
