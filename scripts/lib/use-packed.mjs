// Preloaded into Node tests (`node --import`): makes "ayrshare-user" mean the installed tarball instead of the workspace's
// folder. The tests stay where they are, and import what users import.
import { register } from "node:module";
import { pathToFileURL } from "node:url";
import { packedRoot } from "./packed.mjs";

const hooks = `
  const parentURL = ${JSON.stringify(`${pathToFileURL(packedRoot).href}/app.mjs`)};
  export const resolve = (specifier, context, next) =>
    next(specifier, /^ayrshare-user(\\/|$)/.test(specifier) ? { ...context, parentURL } : context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
