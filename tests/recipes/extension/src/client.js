// The inline entry contains the wasm as JavaScript: service workers do not support import(), so everything must be in one file.
import { AyrshareUser } from "ayrshare-user/inline";

/** A client for your gateway, as the visitor who has logged in. An extension must not contain an API key: everyone can read it. */
export async function openClient() {
  const { session } = await chrome.storage.local.get("session");
  return new AyrshareUser({ baseUrl: `${GATEWAY}/ayrshare`, headers: { "x-session": session ?? "none" } });
}
