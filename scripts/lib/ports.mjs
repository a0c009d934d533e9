// Finds free ports, and checks whether something listens on a port.
import { connect, createServer } from "node:net";

/** Below the ports that systems give to outgoing connections, which could take one before the server for which it is meant listens. */
const [FIRST, COUNT] = [20_000, 10_000];

function isFree(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error)));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The first of the `count` ports from `first` that is free. If none is, the error gives the `advice`. */
export async function firstFreePort(first, count, advice) {
  const last = Math.min(first + count - 1, 65_535);
  for (let port = first; port <= last; port += 1) if (await isFree(port)) return port;
  throw new Error(`ports ${first} to ${last} are all in use; ${advice}`);
}

/** A free port. It is a random one, so that programs that look for one at the same time find different ones. */
export async function freePort() {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

export const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false)).once("connect", () => socket.destroy());
  });
