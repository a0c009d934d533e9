// Makes the wasm smaller in ways that no tool flag offers: removes panic messages and source locations, removes unused entry points of closures,
// and shortens the names between wasm and glue. The module's behaviour does not change.
import { Stop } from "./run.mjs";
import { DATA_SECTION, EXPORTS_SECTION, IMPORTS_SECTION, readUnsigned, sections, unsigned } from "./wasm.mjs";

/** Functions that format a panic message, which is never shown here, and then trap. */
const PANICS =
  /^core::panicking::|^std::panicking::|^core::(option|result)::\w+_failed$|^core::(cell|str|slice)::.*(panic_\w+|_fail(_rt)?)$|::assert_failed$|^alloc::raw_vec::handle_error$|^alloc::alloc::handle_alloc_error$|rust_begin_unwind$|core::panic::PanicPayload>::/;

/** Formatting code that only panics need. It would otherwise stay, because function tables refer to it. */
const FORMATTING = /\b(core|alloc)::fmt::/;

/** Functions that format an error that cannot occur, because no count here reaches 2^53. */
const FORMATTING_IN_VAIN = /^<(&serde_wasm_bindgen::ser::Serializer as [\w:]+>::serialize_u64|serde_wasm_bindgen::ser::ObjectSerializer as [\w:]+>::serialize_field)$/;

/**
 * The export through which JavaScript calls a closure. The wasm-bindgen crates describe all closures that they could take, and the function
 * table keeps their entry points, although no closure is passed to JavaScript here.
 */
const CLOSURES = /^wasm_bindgen::convert::closures::_::invoke$/;

/** Paths of source files, including those on the build machine. */
const SOURCE_PATHS = /(?:\/[\w.+-]+)*\/?(?:[\w.+-]+\/)+[\w-]+\.rs/g;

/** Panic messages of the standard library and the wasm-bindgen crates, and the digit tables of formatting. */
const PANIC_WORDS = new RegExp(
  [
    "assertion failed: self\\.is_char_boundary\\(new_len\\)",
    "slice index starts at | but ends at | index out of bounds: the len is | but the index is ",
    "range start index | out of range for slice of length |range end index ",
    "assertion `left | right` failed",
    ", can't be represented as a JavaScript number",
    "removal index \\(is |\\) should be < len \\(is |swap_remove index \\(is ",
    "finish: callbacks should be Some|finish: result should be None",
    "attempt to join into collection with len > usize::MAX|mid > len|capacity overflow|Hash table capacity overflow",
    "a formatting trait implementation returned an error when the underlying stream did not",
    "attempt to divide by zero|attempt to divide with overflow|`async fn` resumed after completion",
    "0001020304(?:\\d\\d)+99|0x0123456789ABCDEF",
    "LazyCell instance has previously been poisoned|RefCell already mutably borrowed|RefCell already borrowed",
    "internal error: entered unreachable code|Attempted to initialize thread-local while it is being dropped",
    "rwlock has not been locked for reading|rwlock overflowed read locks|Tried to shrink to a larger capacity",
  ].join("|"),
  "g",
);

/** A function's name as in the source, without the hashes of the mangled name. */
export const plain = (name) => name.replaceAll(/\[[0-9a-f]{16}\]|::h[0-9a-f]{16}$/g, "");

/** Replaces panics with a trap. Also replaces formatting code and the unused entry points of closures, which are never called, with a trap. */
export async function withoutPanicWords(wasm) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(withoutPanicData(wasm));
  cut(binaryen, module, CLOSURES, called(binaryen, module));
  if (cut(binaryen, module, PANICS) === 0) throw new Stop("build: no panics found in the wasm; see PANICS in scripts/lib/slim.mjs");
  module.runPasses(["remove-unused-module-elements"]);
  const users = callers(module.emitText(), FORMATTING).filter((name) => !FORMATTING_IN_VAIN.test(name));
  if (users.length > 0) throw new Stop(`build: only panics may format text in the wasm, but these do: ${users.join(", ")}`);
  cut(binaryen, module, FORMATTING);
  const slim = module.emitBinary();
  module.dispose();
  return slim;
}

/**
 * Zeroes data that only removed functions read, because zeros compress to nothing: panic messages, digits for
 * formatting, paths, and source locations (path, line and column).
 */
function withoutPanicData(wasm) {
  const slim = Buffer.from(wasm);
  const segments = dataSegments(slim);
  const paths = [];
  for (const { bytes, address } of segments) {
    const text = bytes.toString("latin1");
    for (const { index, 0: path } of text.matchAll(SOURCE_PATHS)) paths.push([address + index, address + index + path.length]);
    for (const pattern of [SOURCE_PATHS, PANIC_WORDS]) {
      for (const { index, 0: words } of text.matchAll(pattern)) bytes.fill(0, index, index + words.length);
    }
  }
  const isPath = (start, length) => length > 3 && paths.some(([from, to]) => from <= start && start + length <= to);
  for (const { bytes, address } of segments) {
    for (let at = -address & 3; at + 16 <= bytes.length; at += 4) {
      if (isPath(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4))) bytes.fill(0, at, at + 16);
    }
  }
  return slim;
}

/** The initial contents of the memory, with their addresses. */
function dataSegments(wasm) {
  const segments = [];
  for (const { body } of sections(wasm).filter(({ id }) => id === DATA_SECTION)) {
    let [left, place] = readUnsigned(wasm, body);
    for (; left > 0; left -= 1) {
      if (wasm[place] !== 0 || wasm[place + 1] !== I32_CONST) throw new Stop("build: the wasm's data is laid out in an unknown way");
      const [address, end] = readUnsigned(wasm, place + 2);
      const [size, first] = readUnsigned(wasm, end + 1);
      segments.push({ address, bytes: wasm.subarray(first, first + size) });
      place = first + size;
    }
  }
  return segments;
}

/** Functions that are called directly, from inside or outside, and not only through the table. */
function called(binaryen, module) {
  const names = new Set();
  for (let index = 0; index < module.getNumExports(); index += 1) names.add(binaryen.getExportInfo(module.getExportByIndex(index)).value);
  for (const [, quoted, bare] of module.emitText().matchAll(/\((?:call|return_call) \$(?:"([^"]*)"|([^\s)]+))/g)) names.add(quoted ?? bare);
  return names;
}

function cut(binaryen, module, pattern, spared = new Set()) {
  let count = 0;
  for (let index = 0; index < module.getNumFunctions(); index += 1) {
    const ref = module.getFunctionByIndex(index);
    const { name, base } = binaryen.getFunctionInfo(ref);
    if (base || !pattern.test(plain(name)) || spared.has(name)) continue;
    binaryen.Function(ref).setBody(module.unreachable());
    count += 1;
  }
  return count;
}

/** Functions that call one whose name matches the pattern, and whose own name does not match. */
function callers(text, pattern) {
  const found = new Set();
  let caller = "";
  for (const [, kind, quoted, bare] of text.matchAll(/\((func|call|return_call) \$(?:"([^"]*)"|([^\s)]+))/g)) {
    const name = plain(quoted ?? bare);
    if (kind === "func") caller = name;
    else if (pattern.test(name) && !pattern.test(caller)) found.add(caller);
  }
  return [...found];
}

/**
 * Renames the functions that the glue imports into the wasm, and the exports with mangled names, to two or three letters
 * instead of forty, in both files. Moves the crate's own JavaScript beside the glue, without a hash of the build folder.
 * @param {Uint8Array} wasm
 * @param {string} glue
 * @returns {{ wasm: Uint8Array, glue: string }}
 */
export function withShortNames(wasm, glue) {
  const long = [...new Set(glue.match(/\b(__wbg_\w+_[0-9a-f]{16}|__wbindgen_generic_\d{16}|wasm_bindgen__convert__\w+__h[0-9a-f]{16})\b/g))];
  const short = new Map(long.map((name, index) => [name, `$${index.toString(36)}`]));
  const renamed = (name) => short.get(name) ?? name.replace(SNIPPET, ".");
  return { wasm: renameInSections(wasm, renamed), glue: glue.replaceAll(SNIPPET, ".").replaceAll(/\b\w+\b/g, renamed) };
}

const SNIPPET = /\.\/snippets\/[\w-]+\/src\/web\/http(?=\/)/g;
const I32_CONST = 0x41;

function renameInSections(wasm, renamed) {
  const parts = [wasm.subarray(0, 8)];
  for (const { id, body, end } of sections(wasm)) {
    const content = wasm.subarray(body, end);
    const section = id === IMPORTS_SECTION ? renameEntries(content, 2, renamed) : id === EXPORTS_SECTION ? renameEntries(content, 1, renamed) : content;
    parts.push([id], unsigned(section.length), section);
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** Renames entries of imports and exports, each with this many names, a kind and an index. */
function renameEntries(body, names, renamed) {
  let [left, at] = readUnsigned(body, 0);
  const parts = [body.subarray(0, at)];
  for (; left > 0; left -= 1) {
    for (let name = 0; name < names; name += 1) {
      const [length, start] = readUnsigned(body, at);
      at = start + length;
      const bytes = Buffer.from(renamed(Buffer.from(body.subarray(start, at)).toString()));
      parts.push(unsigned(bytes.length), bytes);
    }
    const [, end] = readUnsigned(body, at + 1);
    if (names === 2 && body[at] !== 0) throw new Stop("build: the wasm imports something that is not a function");
    parts.push(body.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}
