/** `view <file or id>`: writes the page of a replay and opens it in the default browser. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findReplay } from '../../project/find-replay.ts';
import type { ExitCode } from '../exit-code.ts';
import { openFile } from './open-file.ts';
import type { ReplayFlags } from '../replay/answers.ts';
import { replayCommand } from '../replay-command.ts';
import type { PoolFlags, Session } from '../session.ts';

export interface ViewFlags extends PoolFlags, Pick<ReplayFlags, 'diff'> {}

/** The exit code is that of `replay`. The page stays in a temporary folder, for the browser. */
export async function viewCommand(session: Session, named: string, flags: ViewFlags): Promise<ExitCode> {
  const { replay } = findReplay(named, session.workingFolder);
  const folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-'));
  const page = path.join(folder, `${replay.id}.html`);
  try {
    const code = await replayCommand(session, named, { ...flags, html: page });
    if (existsSync(page) && !(await openFile(page))) session.output.complain(`cannot open a browser; open ${page}`);
    return code;
  } finally {
    if (!existsSync(page)) rmSync(folder, { recursive: true, force: true });
  }
}
