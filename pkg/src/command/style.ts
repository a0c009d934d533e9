/** Colours of a terminal. */
import * as util from "node:util";
import type { HealthLevel } from "../insight/types.js";

/** What of an output stream decides about colours. */
export interface Colourable {
  readonly isTTY?: boolean | undefined;
  hasColors?(): boolean;
}

/** How texts are emphasized; plain where there are no colours. */
export interface Style {
  bold(text: string): string;
  level(level: HealthLevel, text: string): string;
}

type StyleText = (format: string, text: string, options?: { validateStream: boolean }) => string;

/** Node has `styleText` since 20.12. */
const { styleText } = util as { styleText?: StyleText };

/** The style for a stream. `hasColors` heeds `NO_COLOR`, `FORCE_COLOR` and `TERM`. */
export function styleOf(stream: Colourable): Style {
  const coloured = stream.isTTY === true && stream.hasColors?.() === true && styleText !== undefined;
  // Newer versions of Node would decide by standard output, which need not be the stream that is written to.
  const styled = (format: string, text: string): string => (coloured ? styleText(format, text, { validateStream: false }) : text);
  return {
    bold: (text) => styled("bold", text),
    level: (level, text) => (level === "ok" ? text : styled(level === "now" ? "red" : "yellow", text)),
  };
}
