// Creates the table in tests/matrix/README.md from the results of a run.

const HEAD = `# Where the package runs

Written by \`npm run matrix\`, which installs the packed tarball in every place below and runs [the same program](program.mjs) there against the
sandbox over HTTP: all three endpoints, the batch file as a stream, every kind of source in hand, the health of a profile, and a typed error. Do not
edit this file; the rows are defined in [rows](rows).

"our error" means that the package cannot work that way and says what to do instead. Start-up is the time from the start of the import (in
browsers, of the page; if the tool does the import, of the first call) to the first response, measured once on the machine of the run. Download
is everything that the page requested, including the parts for batch files and health, after brotli compression.
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

/** The table for a terminal. */
export function text(results) {
  const rows = [COLUMNS.map(([title]) => title), ...results.map((result) => COLUMNS.map(([, cell]) => cell(result)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()).join("\n");
}

/** The row names in the Markdown table. */
export const namesIn = (table) => [...table.matchAll(/^\| (.+?) \| .* \|$/gm)].map(([, name]) => name).slice(1).filter((name) => name !== "---");
