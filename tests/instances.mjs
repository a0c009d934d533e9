// The instances of the package's wasm, by wrapping the two ways to create one. Import this before anything loads the wasm.
export const instances = [];
const { Instance, instantiate } = WebAssembly;

WebAssembly.Instance = new Proxy(Instance, {
  construct(target, given) {
    const made = Reflect.construct(target, given);
    instances.push(made);
    return made;
  },
});
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate.apply(WebAssembly, given);
  instances.push(made.instance ?? made);
  return made;
};
