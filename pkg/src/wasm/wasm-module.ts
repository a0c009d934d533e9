/** A wasm module with its single instance and the calls that run on it. After a trap, the compiled module is instantiated again. */
import { compileAndStart, type InitSource } from "./compile.js";
import type { Trap } from "./trap.js";

/** Functions that every generated glue module exports. */
interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  __wbg_reset_state(): void;
}

/** Starts a call, which settles through `resolve` or `reject`. */
type Task<G, T> = (wasm: G, resolve: (value: T) => void, reject: (reason: unknown) => void) => void;

/** One of the package's wasm modules. */
export class WasmModule<G extends Glue> {
  /** Number of the current instance. Handles of earlier instances are invalid. */
  generation = 0;
  readonly #glue: G;
  readonly #trap: Trap;
  readonly #file: string;
  readonly #load: () => InitSource;
  #loading: Promise<void> | undefined;
  #isReady = false;

  constructor(glue: G, trap: Trap, file: string, load: () => InitSource) {
    this.#glue = glue;
    this.#file = file;
    this.#trap = trap;
    this.#load = load;
  }

  /** Loads the module once, from `source` or from its default location. A failed load can be retried. */
  init(source?: InitSource): Promise<void> {
    this.#loading ??= this.#start(source).catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #start(source: InitSource | undefined): Promise<void> {
    const load = (): InitSource => (source === undefined ? this.#load() : source);
    await compileAndStart(load, this.#file, (module) => this.#glue.initSync({ module }));
    this.#isReady = true;
  }

  /**
   * Runs one call. If the wasm traps before the call settles, even because of another call, this call rejects, because its
   * state is lost with the instance.
   */
  call<T>(task: Task<G, T>): Promise<T> {
    return this.#isReady ? this.#begin(task) : this.init().then(() => this.#begin(task));
  }

  #begin<T>(task: Task<G, T>): Promise<T> {
    if (this.#trap.hasTrapped) this.#renew();
    const { pending } = this.#trap;
    return new Promise<T>((resolve, reject) => {
      pending.add(reject);
      const settle = <V>(then: (value: V) => void) => (value: V) => {
        pending.delete(reject);
        then(value);
      };
      const failing = settle(reject);
      try {
        task(this.#glue, settle(resolve), failing);
      } catch (error) {
        // Thrown by the generated code: an error returned by Rust, or a trap.
        this.#note(error);
        failing(error);
      }
    });
  }

  /** Runs one call that returns a promise. It may enter the wasm again after each `await`. */
  run<T>(task: (wasm: G) => Promise<T>): Promise<T> {
    return this.call<T>((wasm, resolve, reject) => {
      const { generation } = this;
      task(wasm).then(resolve, (error: unknown) => {
        if (generation === this.generation) this.#note(error);
        reject(error);
      });
    });
  }

  /** Notes an error of the generated code if it is a trap because there is no memory for the arguments, which {@link Trap.watch} does not see. */
  #note(error: unknown): void {
    try {
      if (error instanceof WebAssembly.RuntimeError) this.#trap.note(error);
    } catch {
      // A Proxy whose traps throw.
    }
  }

  /** Creates a new instance from the compiled module that the generated code holds. Nothing is downloaded or compiled again. */
  #renew(): void {
    this.#glue.__wbg_reset_state();
    this.generation += 1;
    this.#trap.hasTrapped = false;
  }
}
