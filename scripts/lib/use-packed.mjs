// Preloaded into Node tests (`node --import`): resolves "ayrshare-user" to the installed tarball instead of the workspace
// folder, so that tests import what users import. Programs that a test starts inherit this file, so it
// must do nothing else, and imports no other scripts.
import { register } from "node:module";

const parentURL = new URL("../../target/packed/app.mjs", import.meta.url).href;
const hooks = `
  export const resolve = (specifier, context, next) =>
    next(specifier, /^ayrshare-user(\\/|$)/.test(specifier) ? { ...context, parentURL: ${JSON.stringify(parentURL)} } : context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
