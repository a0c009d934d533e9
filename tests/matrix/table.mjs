// The table of tests/matrix/README.md, made from a run.

const HEAD = `# Where the package runs

Written by \`npm run matrix\`, which installs the packed tarball in every place below and runs [one program](program.mjs) there against the
sandbox over HTTP: all three endpoints, the batch file as a stream, the health of a profile, and a typed error. Do not edit: the rows are in
[rows](rows).

"our error" are places that cannot work so, where the package says what to do instead. Start-up is from the beginning of the import (of the
page, in browsers; of the first call, where the tool imports) to the first answer, once, on the machine of the run. Download is all that the
page asked for, the parts for batch files and health included, as brotli makes it.
`;

const COLUMNS = [
  ["Place", ({ name }) => name],
  ["Version", ({ version }) => version ?? ""],
  ["Result", ({ result }) => result],
  ["The user writes", ({ writes }) => writes],
  ["Start-up", ({ startUpMs }) => (startUpMs === undefined ? "" : `${Math.round(startUpMs)} ms`)],
  ["Download", ({ download }) => (download === undefined ? "" : `${(download / 1000).toFixed(1)} kB`)],
];

const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

export function markdown(results) {
  const rows = results.map((result) => line(COLUMNS.map(([, cell]) => cell(result))));
  return `${HEAD}\n${[line(COLUMNS.map(([title]) => title)), line(COLUMNS.map(() => "---")), ...rows].join("\n")}\n`;
}

/** The same for a terminal. */
export function text(results) {
  const rows = [COLUMNS.map(([title]) => title), ...results.map((result) => COLUMNS.map(([, cell]) => cell(result)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()).join("\n");
}

/** The names of the rows in a table's text. */
export const namesIn = (table) => [...table.matchAll(/^\| (.+?) \| .* \|$/gm)].map(([, name]) => name).slice(1).filter((name) => name !== "---");
