// Generates load over raw sockets, because the work of an HTTP client would hide the difference between two servers.
import { connect } from "node:net";

/**
 * Requests `path` over `connections` sockets, one request at a time on each, until `requests` responses have arrived.
 *
 * @returns {Promise<{ perSecond: number, p50Ms: number, p99Ms: number }>}
 */
export async function load(port, path, { requests, connections = 16 }) {
  const wanted = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: bench.example\r\n\r\n`);
  const times = [];
  let left = requests;
  const began = performance.now();
  const one = () =>
    new Promise((resolve, reject) => {
      let [answer, sentAt] = ["", 0];
      const socket = connect(port, "127.0.0.1");
      const ask = () => {
        if (left === 0) return resolve(socket.destroy());
        left -= 1;
        answer = "";
        sentAt = performance.now();
        return socket.write(wanted);
      };
      socket.setNoDelay(true).setEncoding("latin1").on("connect", ask).on("error", reject);
      socket.on("data", (part) => {
        answer += part;
        if (!isWhole(answer)) return;
        if (!answer.startsWith("HTTP/1.1 200")) return reject(new Error(`the server answered ${answer.slice(0, 200)}`));
        times.push(performance.now() - sentAt);
        ask();
      });
    });
  await Promise.all(Array.from({ length: connections }, one));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const share = (part) => times[Math.floor((times.length - 1) * part)];
  return { perSecond: requests / seconds, p50Ms: share(0.5), p99Ms: share(0.99) };
}

function isWhole(answer) {
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end + 2))?.[1];
  return length === undefined ? answer.endsWith("\r\n0\r\n\r\n") : answer.length >= end + 4 + Number(length);
}
