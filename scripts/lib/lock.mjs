// Makes processes that write the same files wait for each other.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Runs `body` while no other process, and no other call of this one, holds `lock`, a file that says who does. `waiting` is called with the holder's process ID. */
export async function locked(lock, body, waiting = () => {}) {
  mkdirSync(dirname(lock), { recursive: true });
  for (let isAnnounced = false; ; ) {
    try {
      const file = openSync(lock, "wx");
      writeFileSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = holderOf(lock);
    if (holder && !isAlive(holder)) rmSync(lock, { force: true });
    else if (holder && !isAnnounced) {
      waiting(holder);
      isAnnounced = true;
    }
    await pause(200);
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    return await body();
  } finally {
    release();
    process.removeListener("exit", release);
  }
}

/** The process that holds the lock, or 0 if that is not written yet, or if the lock has just been released. */
function holderOf(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return 0;
    throw error;
  }
}
