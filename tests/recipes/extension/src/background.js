// Each hour, the badge shows how many linked accounts need attention.
import { accountHealth } from "ayrshare-user/inline";
import { openClient } from "./client.js";

async function check() {
  const ayrshare = await openClient();
  const badge = await ayrshare.getUser().then(countOf, () => "?");
  await chrome.action.setBadgeText({ text: badge });
}

async function countOf(user) {
  const { findings } = await accountHealth(user);
  return findings.length === 0 ? "" : String(findings.length);
}

chrome.runtime.onInstalled.addListener(() => chrome.alarms.create("check", { delayInMinutes: 1, periodInMinutes: 60 }));
chrome.alarms.onAlarm.addListener(check);
chrome.storage.onChanged.addListener(check); // the visitor has logged in
