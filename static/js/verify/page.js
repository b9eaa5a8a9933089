/* The page: what was dropped on it, what was checked of it, and what was found. */

import { unzip } from "./zip.js";
import { text } from "./bytes.js";
import { parse } from "./json.js";
import { FORMAT as EXPORT, verifyExport } from "./exports.js";
import { FORMAT as RECEIPT, verifyReceipt } from "./receipts.js";
import { notesIn } from "./notes.js";
import { Report } from "./report.js";

const find = (selector, inside = document) => inside.querySelector(selector);
const LARGEST = 1 << 30; /* bytes */
const TITLES = {
  proved: ["ok", "Proved: nothing of it was altered"],
  open: ["late", "Nothing is wrong, but not all could be judged"],
  wrong: ["bad", "Something is wrong"],
};

const bytesOf = async (file) => {
  if (file.size > LARGEST) throw new Error("This is too large for a browser: use verify_audit.py.");
  return new Uint8Array(await file.arrayBuffer());
};

/* What was chosen: a receipt, or the files of an export. */
const read = async (chosen) => {
  if (chosen.length !== 1) return new Map(await Promise.all(chosen.map(async (file) => [file.name, await bytesOf(file)])));
  const bytes = await bytesOf(chosen[0]);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return unzip(bytes);
  return parse(text(bytes));
};

export const verify = async (chosen, given, progress) => {
  const report = new Report();
  const content = await report.look("What you chose", () => read(chosen));
  if (!content) return report;
  await report.look("The check", async () => {
    if (content instanceof Map) {
      if (!content.has("manifest.json")) throw new Error("there is no manifest.json among the files, so this is no export");
      await verifyExport(content, given, report, progress);
    } else if (content.format === RECEIPT) await verifyReceipt(content, given, report);
    else throw new Error(content.format === EXPORT ? "choose all files of the export together, or its zip" : "this is neither a receipt nor an export");
  });
  return report;
};

const filled = (template, fields) => {
  const part = find(template).content.cloneNode(true);
  for (const [selector, said] of Object.entries(fields)) find(selector, part).textContent = said;
  return part;
};

const listed = (selector, lines) => {
  const section = find(selector);
  section.hidden = !lines.length;
  find("ul", section).replaceChildren(...lines.map((line) => filled(`${selector}-line`, { span: line })));
};

const facts = (record) => [
  ["Entry", String(record.sequence)],
  ["What", record.text?.replace("{actor}", record.actor?.label?.sealed ? "Somebody" : (record.actor?.label ?? ""))],
  ["Action", record.action],
  ["Happened", record.happened_at],
  ["Recorded", record.recorded_at],
  ["Outcome", record.outcome],
  ["Reason", record.reason?.sealed ? "locked away" : record.reason],
  ["Concerns", [record.object?.kind, record.object?.id].filter(Boolean).join(" ")],
].filter(([, value]) => value);

const show = (report, names) => {
  const [kind, title] = TITLES[report.verdict];
  const verdict = find("#verdict");
  verdict.className = `note ${kind}`;
  find("b", verdict).textContent = title;
  find("span", verdict).textContent = names;
  listed("#wrong", report.wrong);
  listed("#open", [...report.open, ...report.notes]);
  listed("#checked", report.checked);
  const record = find("#record");
  record.hidden = !report.shown;
  if (report.shown) {
    find("dl", record).replaceChildren(...facts(report.shown).map(([name, value]) => filled("#fact", { dt: name, dd: value })));
    find("pre", record).textContent = JSON.stringify(report.shown, null, 2);
  }
  find("#result").hidden = false;
  verdict.focus();
};

const start = () => {
  const form = find("#verify");
  const chooser = find("#files");
  const given = find("#given");
  let latest = 0;

  const run = async (chosen) => {
    if (!chosen.length) return;
    const turn = (latest += 1);
    const names = chosen.map((file) => file.name).join(", ");
    find("#result").hidden = true;
    given.textContent = `Checking ${names} …`;
    const progress = (entries) => {
      if (turn === latest) given.textContent = `Checking ${names}: ${entries.toLocaleString("en-GB")} entries so far …`;
    };
    const heads = notesIn(`${find("#heads").value}\n`);
    const report = await verify(chosen, { trusted: find("#trusted").value, heads }, progress);
    if (turn !== latest) return;
    if (find("#heads").value.trim() && !heads.length) report.unsure("There is no head in what you gave as heads that you kept.");
    given.textContent = "";
    show(report, names);
  };

  const chosenFiles = () => Array.from(chooser.files);
  chooser.addEventListener("change", () => run(chosenFiles()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (chooser.files.length) run(chosenFiles());
    else chooser.focus();
  });
  const zone = find("#drop");
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    chooser.files = event.dataTransfer.files;
    run(chosenFiles());
  });
  run(chosenFiles()); /* What was chosen before this script had come. */
};

const able = async () => {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
};

if (await able()) start();
else {
  find("#verify").hidden = true;
  find("#unable").hidden = false;
}
