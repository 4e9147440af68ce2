// Holds answers against the types that a client declares: each becomes a constant that TypeScript compiles against its type. Members that a type
// does not know are allowed.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const compiler = "node_modules/typescript/bin/tsc";
const options = ["--noEmit", "--strict", "--skipLibCheck", "--types", "", "--target", "es2023", "--module", "nodenext"];
const kept = [];

// A literal keeps its own type only in a constant, and constants are read-only.
const fixed = "type Fixed<T> = T extends Date | Uint8Array ? T : T extends (infer One)[] ? readonly Fixed<One>[]"
  + " : T extends object ? { readonly [Key in keyof T]: Fixed<T[Key]> } : T;";

/** Keeps an answer, to be held against the type of this name, and returns it. */
export function typed(type, answer) {
  kept.push([type, source(answer)]);
  return answer;
}

/** What is wrong with the answers kept so far, a line each; empty if each has its type. */
export function typeProblems(imports) {
  const folder = mkdtempSync("typed-");
  const head = [imports, fixed];
  const lines = kept.map(([type, text], i) => `const answer${i} = ${text} as const; export const typed${i}: Fixed<${type}> = answer${i};`);
  try {
    writeFileSync(join(folder, "answers.ts"), [...head, ...lines].join("\n"));
    execFileSync(process.execPath, [compiler, ...options, join(folder, "answers.ts")], { encoding: "utf8" });
    return "";
  } catch (wrong) {
    const problems = (wrong.stdout ?? `${wrong}`).trim().split(/\n(?=\S)/);
    return problems.map((one) => `${kept[(one.match(/\((\d+),/)?.[1] ?? 0) - 1 - head.length]?.[0]}: ${end(one)}`).join("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The last lines name the member, the first ones repeat the whole types.
const end = (problem) => problem.split("\n").slice(-2).map((line) => line.trim().slice(0, 400)).join(" ");

function source(value) {
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Uint8Array) return "new Uint8Array()";
  if (Array.isArray(value)) return `[${value.map(source).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== "function");
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${source(member)}`).join()}}`;
}
