// Files for the page: made in a temporary folder, chosen with its button, or dropped on it.
import assert from "node:assert/strict";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { AyrshareUser } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { assertShowsReport, PATIENCE, savedBy, totalIs } from "./helpers.mjs";

/** A temporary folder, and how to remove it. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ayrshare-files-"));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Writes a batch file of the sandbox. */
export async function writeBatchFile(path, options) {
  const sandbox = createSandbox(options);
  const { url } = await new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch }).getUserBatch();
  const file = createWriteStream(path);
  for await (const chunk of (await sandbox.fetch(url)).body) if (!file.write(chunk)) await once(file, "drain");
  await new Promise((resolve) => file.end(resolve));
}

/** What `sweepProfiles` says about a file, read in Node. */
export function sweepFile(path, options) {
  const fetch = () => new Response(Readable.toWeb(createReadStream(path)), { headers: { "content-length": String(statSync(path).size) } });
  const client = new AyrshareUser({ apiKey: "KEY", baseUrl: "https://file.example", fetch: async () => fetch() });
  return client.sweepProfiles({ batch: { url: "https://file.example/file", urlAvailable: "2024-01-01T00:00:00Z" }, refreshWithinDays: 365, maxEntries: 1, ...options });
}

/** Waits until the page has loaded everything that it needs for files. */
export async function warmed(page) {
  await page.waitForFunction(() => "warm" in document.documentElement.dataset, undefined, { timeout: 120_000 });
}

/** Drops files or folders on an element as a user does. In Firefox, which has no protocol for it, with an event that has the same files. */
export async function drop(browserName, page, paths, selector = "#profile") {
  const target = page.locator(selector).first();
  await target.scrollIntoViewIfNeeded();
  if (browserName === "Chromium") {
    const { x, y, width, height } = await target.boundingBox();
    const cdp = await page.context().newCDPSession(page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) await cdp.send("Input.dispatchDragEvent", { type, x: x + Math.min(width / 2, 200), y: y + Math.min(height / 2, 20), data });
    await cdp.detach();
    return;
  }
  await page.evaluate(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true, id: "for-drop" });
    document.body.append(input);
  });
  await page.locator("#for-drop").setInputFiles(paths);
  await target.evaluate((element) => {
    const input = document.querySelector("#for-drop");
    const dataTransfer = new DataTransfer();
    for (const file of input.files) dataTransfer.items.add(file);
    input.remove();
    for (const type of ["dragover", "drop"]) element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  });
}

/** Chooses files in the dialog of a button. */
export const choose = (page, paths, button = "file-open") => page.getByTestId(button).setInputFiles(paths);

/** Checks what the page shows of a file that it has read against the report of `sweepFile`: the numbers, the last profile, and the CSV file. */
export async function assertShowsFile(page, report) {
  await assertShowsReport(page, report);
  await totalIs(page, "links", report.refreshSoon + report.expired);
  await totalIs(page, "profiles", report.profiles);

  // The profile is far back in the file, so that it has to be found again.
  const rows = page.getByTestId("profiles-row");
  await page.getByTestId("profiles").focus();
  await page.keyboard.press("End");
  await page.waitForFunction((last) => [...document.querySelectorAll("[data-testid=profiles-row]")].at(-1)?.getAttribute("aria-rowindex") === last, String(report.profiles + 1), PATIENCE);
  const title = await rows.last().locator(".cell-name").textContent();
  await rows.last().getByRole("button").click();
  await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "profile-title");
  assert.ok(await page.getByTestId("health").isVisible());

  const { name, text } = await savedBy(page, () => page.locator("[data-table=profiles]").getByRole("button", { name: "Save as CSV" }).click());
  assert.equal(name, "profiles.csv");
  assert.equal(text.split("\r\n").length, report.profiles + 2);
}
