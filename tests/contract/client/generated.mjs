// A client in another language, generated from the description: the program in the guide, client.py, reads the sandbox with it.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packedPackage } from "../../../scripts/lib/packed.mjs";
import { installPython } from "../../../scripts/lib/python.mjs";
import { Stop, run } from "../../../scripts/lib/run.mjs";
import { at, target } from "../../../scripts/lib/tools.mjs";
import { serveSandboxApi } from "../servers.mjs";

/** Generates the client and runs the program. Resolves to what it printed. */
export async function readInPython() {
  const programs = await installPython("contract/client");
  mkdirSync(join(target, "contract"), { recursive: true });
  const folder = mkdtempSync(join(target, "contract", "client-"));
  const must = async (program, args, env) => {
    const { code, output } = await run(join(programs, program), args, { cwd: folder, env: { ...process.env, NO_PROXY: "127.0.0.1", ...env } });
    if (code !== 0) throw new Stop(`${output}\ncontract: ${program} ended with ${code}`);
    return output;
  };
  const server = await serveSandboxApi({ as: 0 });
  try {
    const description = join(packedPackage, "dist", "openapi.json");
    // It finds ruff, which formats, on PATH; without it, it warns.
    const said = await must("openapi-python-client", ["generate", "--path", description, "--output-path", "ayrshare", "--meta", "none", "--fail-on-warning"], {
      PATH: [programs, process.env.PATH].join(process.platform === "win32" ? ";" : ":"),
    });
    if (/warning/i.test(said)) throw new Stop(`contract: openapi-python-client warns\n${said}`);
    copyFileSync(at("tests/contract/client/client.py"), join(folder, "client.py"));
    const { Authorization, "Profile-Key": profileKey } = server.headers;
    return await must("python", ["client.py"], {
      AYRSHARE_BASE_URL: server.url,
      AYRSHARE_API_KEY: Authorization.replace("Bearer ", ""),
      AYRSHARE_PROFILE_KEY: profileKey,
    });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
