/** Reads the parts of a Markdown text that can be checked: tables, fenced blocks, headings. */

export interface Table {
  readonly head: readonly string[];
  /** Cells without backticks around them. */
  readonly rows: readonly (readonly string[])[];
}

export interface Fence {
  readonly language: string;
  /** What stands behind the language: the file that the block shows. */
  readonly file: string;
  readonly text: string;
}

/** The one table with that head. Throws when there is none, or another. */
export function tableWith(markdown: string, ...head: readonly string[]): Table {
  const found = tablesIn(markdown).filter((table) => table.head.join('|') === head.join('|'));
  const [table] = found;
  if (table === undefined || found.length > 1)
    throw new Error(`${found.length} tables with the head ${head.join(', ')}`);
  return table;
}

export function tablesIn(markdown: string): Table[] {
  const tables: Table[] = [];
  const lines = withoutFences(markdown).split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const head = cellsOf(lines[index]);
    if (head === null || !/^\|(?: *:?-+:? *\|)+$/.test(lines[index + 1] ?? '')) continue;
    const rows: string[][] = [];
    for (index += 2; ; index += 1) {
      const cells = cellsOf(lines[index]);
      if (cells === null) break;
      if (cells.length !== head.length)
        throw new Error(`a row of the table ${head.join(', ')} has ${cells.length} cells`);
      rows.push(cells);
    }
    tables.push({ head, rows });
  }
  return tables;
}

/** A column by its place. */
export function column(table: Table, place: number): string[] {
  return table.rows.map((row) => row[place] ?? '');
}

export function fencesIn(markdown: string): Fence[] {
  const blocks = markdown.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', file = '', text = '']) => ({ language, file, text }));
}

export function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** The names that headings are linked by. */
export function anchorsIn(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function cellsOf(line: string | undefined): string[] | null {
  if (line === undefined || !/^\|.*\|$/.test(line)) return null;
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}
