// What the local server tells the page at start: which mode it is in, and where to send calls. The build knows
// neither, so one build serves the sandbox and the real account.

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
  /** Origins whose pictures the page's content security policy lets through. */
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
  return (await response.json()) as Config;
}

/** Whether a picture may be loaded; asking first keeps refused ones out of the console. */
export function mayShowImage(url: URL, sources: readonly string[]): boolean {
  return sources.some((source) => source === url.origin || source === url.protocol);
}
