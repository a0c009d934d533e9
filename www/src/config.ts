// What the host tells the page at start: which mode it is in, and where to send calls. The build knows neither, so one
// build serves the sandbox, the real account, and plain files with a sandbox inside a service worker.

export type Mode = "sandbox" | "account";

export interface SandboxProfile {
  readonly title: string;
  /** A sandbox key is no secret: it opens nothing but the sandbox. Absent for the primary profile. */
  readonly profileKey?: string;
  readonly note?: string;
}

export interface SandboxConfig {
  readonly mode: "sandbox";
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly profiles: readonly SandboxProfile[];
  /** Where the sandbox takes faults and changes, relative to the page. */
  readonly control: string;
  /** Script of the service worker that is the sandbox, where no server is. */
  readonly serviceWorker?: string;
  /** Origins whose pictures the page's content security policy lets through; `self` is the page's own. */
  readonly imageSources: readonly string[];
}

export interface AccountConfig {
  readonly mode: "account";
  /** A path of this server, which adds the key. */
  readonly baseUrl: string;
  readonly upstream: string;
  readonly hasProfileKey: boolean;
  readonly imageSources: readonly string[];
}

export type Config = SandboxConfig | AccountConfig;

export async function loadConfig(): Promise<Config> {
  const response = await fetch("./config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json: HTTP ${response.status}`);
  const config = (await response.json()) as Config;
  // Absolute, since a worker resolves against its own address.
  const baseUrl = new URL(config.baseUrl, document.baseURI).href;
  const imageSources = config.imageSources.map((source) => (source === "self" ? location.origin : source));
  return { ...config, baseUrl, imageSources };
}

/** Whether a picture may be loaded; asking first keeps refused ones out of the console. */
export function mayShowImage(url: URL, sources: readonly string[]): boolean {
  return sources.some((source) => source === url.origin || source === url.protocol);
}
