import { isAyrshareError } from "ayrshare-user/inline";
import { openClient } from "./client.js";

const state = document.getElementById("state");

async function show() {
  const ayrshare = await openClient();
  const { title, displayNames } = await ayrshare.getUser();
  state.textContent = title ?? "";
  for (const { platform, displayName } of displayNames) {
    const item = document.createElement("li");
    item.textContent = `${platform}: ${displayName ?? "without a name"}`;
    document.getElementById("accounts").append(item);
  }
}

show().catch((error) => {
  if (!isAyrshareError(error)) throw error;
  state.textContent = error.status === 401 ? "Please log in." : `${error.kind}: ${error.message}`; // contains no key
});
