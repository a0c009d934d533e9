/** Parts of the package that are loaded when they are first needed. */
import { failed } from "../wasm/compile.js";
import { lazyParts } from "../wasm/parts.js";

/** Parts of the package that are loaded when first needed, each with its own wasm module. */
interface LazyParts {
  batch: typeof import("../batch.js");
  insight: typeof import("../insight.js");
}

const imports: { [Name in keyof LazyParts]: () => Promise<LazyParts[Name]> } = {
  batch: () => import("../batch.js"),
  insight: () => import("../insight.js"),
};

/** @internal Loads a part when it is first needed. */
export async function load<Name extends keyof LazyParts>(name: Name): Promise<LazyParts[Name]> {
  try {
    return (await (lazyParts[name] ?? imports[name])()) as LazyParts[Name];
  } catch (cause) {
    throw failed(
      `could not load ${name}.js`,
      `serve all files of the package; a service worker without a bundler must import dist/index.min.js and dist/${name}.min.js`,
      cause,
      true,
    );
  }
}
