// Times what GSD's own packages do with plans, in one process:
//   node other_parsers.mjs sdk|structure MODULE FILES RESULT ROUNDS
// FILES holds one path a line; RESULT becomes {"milliseconds": [of each plan], "first": [in the first round], "tasks",
// "failed", "megabytes"}.
import fs from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [what, module, files, result, rounds] = process.argv.slice(2);
const paths = fs.readFileSync(files, "utf8").split("\n").filter(Boolean);

async function work() {
  if (what === "structure") {
    const verify = createRequire(import.meta.url)(module);
    return (path) => verify.cmdVerifyPlanStructure("/", path, false);
  }
  const { parsePlan } = await import(pathToFileURL(module));
  const texts = new Map(paths.map((path) => [path, fs.readFileSync(path, "utf8")]));
  return (path) => parsePlan(texts.get(path));
}

const once = await work();
const best = new Map();
const first = [];
let failed = 0;
let tasks = 0;
for (let round = 0; round <= Number(rounds); round += 1) {
  failed = 0;
  tasks = 0;
  for (const path of paths) {
    const began = process.hrtime.bigint();
    let found;
    try {
      found = once(path);
    } catch {
      failed += 1;
    }
    const took = Number(process.hrtime.bigint() - began) / 1e6;
    tasks += found?.tasks?.length ?? 0;
    if (round === 0) first.push(took); // it only warms up
    else best.set(path, Math.min(took, best.get(path) ?? Infinity));
  }
}
const megabytes = process.resourceUsage().maxRSS / 1024;
const milliseconds = [...best.values()];
fs.writeFileSync(result, JSON.stringify({ milliseconds, first, tasks, failed, megabytes }));
