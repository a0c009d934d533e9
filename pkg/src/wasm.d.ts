/** What importing the wasm means to the tools of each runtime; scripts/build.mjs leaves the first two to them. */
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
