// Failures that the page can simulate in the sandbox. Each entry is data for the sandbox, except that a wrong key is set on the
// connection.

import type { SandboxFaults } from "ayrshare-user/sandbox";
import type { Connection } from "./session.js";

export type FaultId = "none" | "badKey" | "suspended" | "rateLimit" | "slow" | "cut" | "oddField" | "wrongShape";

export interface Fault {
  readonly id: FaultId;
  readonly faults: SandboxFaults;
  readonly connection?: Partial<Connection>;
}

const FOREVER = 1_000_000;

/** A profile with one field of another type than documented: LinkedIn's days are a text. */
const ONE_ODD_FIELD = {
  activeSocialAccounts: ["instagram", "linkedin", "tiktok"],
  displayNames: [
    { platform: "instagram", displayName: "Corner Bakery", username: "cornerbakery", type: "business", usedQuota: 44 },
    { platform: "linkedin", displayName: "Corner Bakery", username: "corner-bakery", refreshDaysRemaining: "in a fortnight" },
    { platform: "tiktok", displayName: "Corner Bakery", username: "cornerbakery", refreshDaysRemaining: 9 },
  ],
  email: "baker@example.com",
  monthlyApiCalls: 49,
  monthlyApiCallsQuota: 500,
  refId: "0ddf1e1d0ddf1e1d0ddf1e1d",
  title: "Corner Bakery",
};

export const NO_FAULT: Fault = { id: "none", faults: {} };

export const FAULTS: readonly Fault[] = [
  NO_FAULT,
  { id: "badKey", faults: {}, connection: { apiKey: "NO0SUCH0-KEY00000-IN00THE0-SANDBOX0" } },
  {
    id: "suspended",
    faults: { failNext: [{ status: 403, body: { action: "authorization", status: "error", code: 276, message: "Account suspended." }, times: FOREVER }] },
  },
  {
    // For the three calls of one load. The delay is longer than the client waits before it retries by itself.
    id: "rateLimit",
    faults: {
      failNext: [{
        status: 429, headers: { "retry-after": "40" }, times: 3,
        body: { action: "rate limit", status: "error", code: 429, message: "Too many requests for this profile. Wait for the window to pass." },
      }],
    },
  },
  { id: "slow", faults: { latencyMs: 1_500, file: { bytesPerSecond: 2_000_000 } } },
  { id: "cut", faults: { file: { cutAtBytes: [300_000, 4_000_000, 30_000_000] } } },
  { id: "oddField", faults: { failNext: [{ on: "user", body: ONE_ODD_FIELD, times: FOREVER }], file: { corrupt: [{ record: 30, kind: "shape" }] } } },
  {
    id: "wrongShape",
    faults: {
      failNext: [{ on: "user", body: { title: "Primary Profile", displayNames: "bluesky" }, times: FOREVER }],
      file: { corrupt: [{ record: 30, kind: "shape" }, { record: 31, kind: "utf8" }, { record: 90, kind: "syntax" }] },
    },
  },
];

/** Sends a command to the sandbox: `{ faults }` or `{ change: profileKey | null }`. */
export async function tellSandbox(control: string, command: object): Promise<void> {
  const response = await fetch(control, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(command) });
  if (!response.ok) throw new Error(`${control}: HTTP ${response.status}`);
}
