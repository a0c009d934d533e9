#!/usr/bin/env node
// The executable of the package; everything it does is in src/sandbox/command.ts.

import { run } from "../src/sandbox/cli/command.js";

const running = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
if (typeof running === "number") {
  process.exitCode = running;
} else {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void running.close());
}
