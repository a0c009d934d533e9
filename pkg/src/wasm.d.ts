/** Imports of wasm files. The tools of each runtime resolve the first two; scripts/build.mjs resolves `inline:`. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "inline:*" {
  const base64: string;
  export default base64;
}
