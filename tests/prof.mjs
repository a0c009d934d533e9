import { AyrshareUser } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
const sb = createSandbox({ batchDelayMs: 0, profiles: 28107 });
const { url } = await new AyrshareUser({ apiKey: sb.apiKey, fetch: sb.fetch }).getUserBatch();
const file = new Uint8Array(await (await sb.fetch(url)).arrayBuffer());
const CH=65536;
const stream = () => { let at=0; return new ReadableStream({ pull(c){ if(at>=file.length) return c.close(); c.enqueue(file.slice(at, at+=CH)); } }, {highWaterMark:0}); };
const open = async () => new Response(stream(), { headers: { "content-length": file.length } });
const client = new AyrshareUser({ apiKey: sb.apiKey, fetch: (u,i)=> String(u).includes("/api/") ? sb.fetch(u,i) : open() });
import { init } from "ayrshare-user"; import { readFileSync } from "node:fs"; 
const ways = {
  json: async()=> (await (await open()).json()).length,
  read: async()=>{ let n=0; for await (const c of (await open()).body) n+=c.length; return n; },
  unchecked: async()=>{ let n=0; for await (const b of client.streamProfiles({check:false}).batches()) n+=b.length; return n; },
  checked: async()=>{ let n=0; for await (const b of client.streamProfiles().batches()) n+=b.length; return n; },
  sweep: async()=> (await client.sweepProfiles()).profiles,
};
const names = process.argv.slice(2); const sel = names.length?names:Object.keys(ways);
for (const n of sel) { const ts=[]; for (let i=0;i<8;i++){ const c=process.cpuUsage(); const t=performance.now(); await ways[n](); const u=process.cpuUsage(c); ts.push([(u.user+u.system)/1e3, performance.now()-t]); } ts.sort((a,b)=>a[0]-b[0]); console.log(n, "cpu", ts[2][0].toFixed(0), "wall", ts[2][1].toFixed(0), "best", ts[0][0].toFixed(0)); }
