// Preloaded into Node tests (`node --import`): makes "ayrshare-user" mean the installed tarball instead of the workspace's
// folder. The tests stay where they are, and import what users import. The programs that a test starts inherit it, so it
// must do nothing else: hence no import from the other scripts.
import { register } from "node:module";

const parentURL = new URL("../../target/packed/app.mjs", import.meta.url).href;
const hooks = `
  export const resolve = (specifier, context, next) =>
    next(specifier, /^ayrshare-user(\\/|$)/.test(specifier) ? { ...context, parentURL: ${JSON.stringify(parentURL)} } : context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
