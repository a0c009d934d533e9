/** A wasm module's one instance, and the calls that run on it. After a trap it is made anew from the kept module. */
import { got, type InitSource } from "./load.js";
import type { Trap } from "./trap.js";

/** What is needed of generated functions. */
interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  __wbg_reset_state(): void;
}

/** What begins a call, and how the call ends. */
type Task<G, T> = (wasm: G, resolve: (value: T) => void, reject: (reason: unknown) => void) => void;

/** One of the package's wasm modules. */
export class Instance<G extends Glue> {
  /** The number of the present instance; handles of earlier ones are gone. */
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

  /** Loads the module once, from where the caller says or from where it belongs. A failed load can be tried again. */
  init(source?: InitSource): Promise<void> {
    this.#loading ??= this.#start(source).catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #start(source: InitSource | undefined): Promise<void> {
    const load = (): InitSource => (source === undefined ? this.#load() : source);
    await got(load, this.#file, (module) => this.#glue.initSync({ module }));
    this.#isReady = true;
  }

  /**
   * Runs one call, which settles by the functions it is given. If the wasm traps meanwhile, whoever caused it, the call
   * rejects: its state died with the instance.
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
        // Thrown by the generated code itself: a failure that Rust returned, or no memory for the arguments.
        if (error instanceof WebAssembly.RuntimeError) this.#trap.note(error);
        failing(error);
      }
    });
  }

  /** Runs one call that promises its result. */
  run<T>(task: (wasm: G) => Promise<T>): Promise<T> {
    return this.call<T>((wasm, resolve, reject) => task(wasm).then(resolve, reject));
  }

  /** From the kept module, without a download or a compilation. */
  #renew(): void {
    this.#glue.__wbg_reset_state();
    this.generation += 1;
    this.#trap.hasTrapped = false;
  }
}
