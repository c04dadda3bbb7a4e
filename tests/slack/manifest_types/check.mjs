// Holds a manifest, given as JSON on standard input, against the type that Slack publishes; prints what does not fit.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const FILE = fileURLToPath(new URL("manifest.ts", import.meta.url)); // never written: the compiler reads it from here
const SOURCE =
  'import type { Manifest } from "./node_modules/@slack/web-api/dist/types/request/manifest";\n' +
  `export const manifest: Manifest = ${readFileSync(0, "utf8")};\n`;

const options = { strict: true, noEmit: true, types: [], skipLibCheck: true, moduleResolution: 2 };
const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (name) => name === FILE || fileExists(name);
host.readFile = (name) => (name === FILE ? SOURCE : readFile(name));
host.getSourceFile = (name, ...rest) =>
  name === FILE ? ts.createSourceFile(name, SOURCE, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);

for (const fault of ts.getPreEmitDiagnostics(ts.createProgram([FILE], options, host))) {
  console.log(ts.flattenDiagnosticMessageText(fault.messageText, "\n").split("\n")[0]);
}
