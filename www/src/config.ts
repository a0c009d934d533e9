// The configuration that the page loads from its host at startup: its mode, and where to send calls. It is not part of the build, so
// that one build works for the sandbox, the real account, and static files with a sandbox in a service worker.

export type Mode = "sandbox" | "account";

export interface SandboxProfile {
  readonly title: string;
  /** Not a secret: it works only in the sandbox. Absent for the Primary Profile. */
  readonly profileKey?: string;
  readonly note?: string;
}

export interface SandboxConfig {
  readonly mode: "sandbox";
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly profiles: readonly SandboxProfile[];
  /** URL for setting faults and changing profiles in the sandbox, relative to the page. */
  readonly control: string;
  /** Script of the service worker that runs the sandbox if there is no server. */
  readonly serviceWorker?: string;
  /** Origins from which the page's content security policy allows pictures; `self` is the page's own. */
  readonly imageSources: readonly string[];
}

export interface AccountConfig {
  readonly mode: "account";
  /** A path on this server, which adds the key. */
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
  // Absolute, because a worker resolves URLs against its own.
  const baseUrl = new URL(config.baseUrl, document.baseURI).href;
  const imageSources = config.imageSources.map((source) => (source === "self" ? location.origin : source));
  return { ...config, baseUrl, imageSources };
}

/** Whether a picture may be loaded. Checking first avoids errors in the console. */
export function mayShowImage(url: URL, sources: readonly string[]): boolean {
  return sources.some((source) => source === url.origin || source === url.protocol);
}
