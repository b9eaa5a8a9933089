/* An export or an archive segment: many entries, the heads over them, and a signed manifest. */

import { equal, fromBase64, hex, sha256, text, utf8 } from "./bytes.js";
import { fill } from "./boxes.js";
import { parse } from "./json.js";
import { compare, kept, settle } from "./keys.js";
import { open, openHead } from "./notes.js";
import { between, count } from "./report.js";
import { Growing, leafHash, rootOf, tiles } from "./tree.js";

export const FORMAT = "imprimatur-audit-export/1";
const NAMES = ["entries.jsonl", "seals.jsonl"];
const AT_ONCE = 2048; /* entries that are hashed together */

export const verifyExport = async (files, { trusted = "", heads = [] }, report, progress = () => {}) => {
  const manifest = await report.look("manifest.json", () => parse(text(files.get("manifest.json"))));
  if (!manifest) return;
  if (manifest.format !== FORMAT) {
    report.bad(`The manifest is of a format that is not known here: ${manifest.format}.`);
    return;
  }
  const keys = await settle(manifest.keys ?? [], trusted, report);
  await checkFiles(files, manifest, keys, report);
  const head = await report.look("The head", () => openHead(manifest.head, keys));
  if (!head) {
    report.bad("The head of the manifest is not signed with a key that is trusted here.");
    return;
  }
  report.ok(`The head over ${count(head.size, "entry", "entries")} of ${head.origin} is signed with the key ${head.key.id}, at ${head.time}.`);
  const seals = await readSeals(files.get("seals.jsonl"), head, keys, report);
  const outside = await kept(heads, keys, report);
  const seen = manifest.kind === "selection"
    ? await checkSelection(files.get("entries.jsonl"), manifest, head, report, progress)
    : await checkStretch(files.get("entries.jsonl"), manifest, head, [...seals, ...outside], report, progress);
  if (!seen) return;
  for (const each of outside) compare(each, head.origin, (size) => seen.roots.get(size), head.size, report);
  tellBoxes(seen, manifest, report);
};

const checkFiles = async (files, manifest, keys, report) => {
  const note = files.has("manifest.sig") ? text(files.get("manifest.sig")) : "";
  const found = await open(note, keys);
  const [, kind, said] = found ? found.text.split("\n") : [];
  const hash = hex(await sha256(files.get("manifest.json")));
  if (kind === "manifest" && said === `sha256 ${hash}`) report.ok(`The manifest is signed with the key ${found.key.id}.`);
  else report.bad("The manifest is not signed with a key that is trusted here.");
  for (const name of NAMES) {
    const bytes = files.get(name);
    const wanted = manifest.files?.[name];
    if (!bytes || !wanted) report.bad(`${name} is missing.`);
    else if (bytes.length !== wanted.bytes || hex(await sha256(bytes)) !== wanted.sha256) report.bad(`${name} is not the file that the manifest speaks of.`);
    else report.ok(`${name} is the file that the manifest speaks of.`);
  }
};

function* lines(bytes) {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    const stop = end < 0 ? bytes.length : end;
    if (stop > start) yield text(bytes.subarray(start, stop));
    start = stop + 1;
  }
}

const readSeals = async (bytes, head, keys, report) => {
  const seals = [];
  for (const line of lines(bytes ?? new Uint8Array())) {
    const seal = await report.look("A seal", () => openHead(parse(line).note, keys));
    if (!seal) report.bad("A seal is not signed with a key that is trusted here.");
    else if (seal.origin !== head.origin) report.bad(`The seal over ${seal.size} entries is of another trail.`);
    else seals.push(seal);
  }
  if (seals.some((seal, place) => place && seal.size <= seals[place - 1].size)) report.bad("The seals are not in order.");
  if (seals.length) report.ok(`${count(seals.length, "seal is", "seals are")} signed with known keys.`);
  return seals;
};

/* The entries in portions, with their leaves: [{line, record, leaf}, …]. */
async function* portions(bytes, manifest, progress) {
  let portion = [];
  let done = 0;
  const finished = () => Promise.all(portion.map(async (entry) => {
    const leaf = entry.line.body === undefined ? fromBase64(entry.line.leaf) : await leafHash(utf8(entry.line.body));
    return { ...entry, leaf };
  }));
  for (const said of lines(bytes)) {
    const line = parse(said);
    if (line.keys && !manifest.with_keys) throw new Error(`entry ${line.sequence} has keys, and the manifest says that there are none.`);
    portion.push({ line, record: line.body === undefined ? null : parse(line.body) });
    if (portion.length < AT_ONCE) continue;
    yield await finished();
    done += portion.length;
    progress(done);
    portion = [];
  }
  yield await finished();
}

class Seen {
  roots = new Map();
  count = 0;
  opened = 0;
  closed = []; /* [sequence, name] of boxes without a key that nobody withheld */
  withheld = 0;
  erased = new Set();
  last = 0;

  async entry({ line, record }, report) {
    this.count += 1;
    this.last = line.sequence;
    if (!record) return;
    if (record.sequence !== line.sequence) report.bad(`What stands as entry ${line.sequence} says that it is ${record.sequence}.`);
    if (record.action === "accounts.person_erased") this.erased.add(`person:${record.detail?.person_id ?? record.detail?.user_id}`);
    if (record.action === "audit.keys_erased") for (const name of record.detail?.names ?? []) this.erased.add(name);
    const { opened, closed } = await fill(record, line.keys ?? {});
    this.opened += opened;
    for (const { name, said } of closed) {
      if (said) report.bad(`In entry ${line.sequence} the box of ${name} ${said}.`);
      else if (line.withheld?.includes(name)) this.withheld += 1;
      else this.closed.push([line.sequence, name]);
    }
  }
}

/* The hashes beside a stretch, each with the number of leaves below it. */
const beside = (hashes, start, end) => {
  const sizes = tiles(start, end);
  if (sizes.length !== hashes.length) throw new Error("there are more or fewer hashes beside the entries than there should be.");
  return sizes.map((size, place) => [fromBase64(hashes[place]), size]);
};

/* Every entry of a stretch without gaps, the whole tree over it, and each head on the way. */
const checkStretch = (bytes, manifest, head, heads, report, progress) => report.look("The entries", async () => {
  const seen = new Seen();
  const tree = new Growing();
  const sizes = new Set([...heads.map((each) => each.size), head.size]);
  const first = manifest.count ? manifest.first : 1;
  for (const [hash, size] of beside(manifest.before, 0, first - 1)) await tree.add(hash, size);
  if (sizes.has(tree.size)) seen.roots.set(tree.size, await tree.root());
  const times = heads.filter((each) => each.time).sort((one, other) => one.size - other.size);
  let at = 0;
  for await (const portion of portions(bytes, manifest, progress)) {
    for (const entry of portion) {
      const { sequence } = entry.line;
      if (sequence !== tree.size + 1) throw new Error(`entry ${tree.size + 1} should come here, but ${sequence} does.`);
      while (at < times.length && times[at].size < sequence) at += 1;
      if (entry.record && !between(entry.record.recorded_at, times[at - 1]?.time, times[at]?.time)) {
        report.bad(`The time at which entry ${sequence} was recorded does not fit the seals around it.`);
      }
      await tree.add(entry.leaf);
      if (sizes.has(tree.size)) seen.roots.set(tree.size, await tree.root());
      await seen.entry(entry, report);
    }
  }
  if (manifest.count && tree.size !== manifest.last) throw new Error(`the last should be ${manifest.last}, but ${tree.size} is.`);
  if (manifest.kind === "whole" && (first !== 1 || tree.size !== head.size)) throw new Error("this is not the whole trail up to the head.");
  for (const [hash, size] of beside(manifest.after, tree.size, head.size)) await tree.add(hash, size);
  seen.roots.set(head.size, await tree.root());
  for (const each of [...heads, head]) {
    const root = seen.roots.get(each.size);
    if (root && !equal(root, each.root)) report.bad(`The first ${each.size.toLocaleString("en-GB")} entries are not those that were sealed.`);
  }
  report.ok(`${count(seen.count, "entry", "entries")}, number ${first.toLocaleString("en-GB")} to ${manifest.last.toLocaleString("en-GB")} without a gap, hash to the head that was signed.`);
  return seen;
});

/* Entries with gaps between them, each with its own way to the head. */
const checkSelection = (bytes, manifest, head, report, progress) => report.look("The entries", async () => {
  const seen = new Seen();
  for await (const portion of portions(bytes, manifest, progress)) {
    for (const entry of portion) {
      const { sequence, proof } = entry.line;
      if (sequence <= seen.last) throw new Error(`entry ${sequence} is not in its order.`);
      const root = await rootOf(entry.leaf, sequence - 1, head.size, proof.map(fromBase64));
      if (!root || !equal(root, head.root)) report.bad(`What stands as entry ${sequence} is not what was entered there.`);
      if (entry.record && !between(entry.record.recorded_at, null, head.time)) report.bad(`Entry ${sequence} says that it was recorded after the head over it.`);
      await seen.entry(entry, report);
    }
  }
  if (seen.count !== manifest.count) throw new Error(`there are ${seen.count}, and there should be ${manifest.count}.`);
  seen.roots.set(head.size, head.root);
  report.ok(`Each of ${count(seen.count, "entry", "entries")} is in the tree that was signed.`);
  report.unsure("This is a selection: nothing can prove that its filter left nothing out.");
  return seen;
});

const tellBoxes = (seen, manifest, report) => {
  if (seen.opened) report.ok(`${count(seen.opened, "box", "boxes")} opened with the keys that came along.`);
  if (seen.withheld) report.ok(`${count(seen.withheld, "box was", "boxes were")} withheld from the receiver, and named.`);
  if (!manifest.with_keys) return;
  const open = seen.closed.filter(([, name]) => !seen.erased.has(name));
  const explained = seen.closed.length - open.length;
  if (explained) report.ok(`${count(explained, "box is", "boxes are")} closed for ever, and an erasure on record says why.`);
  if (open.length) {
    const [sequence, name] = open[0];
    const said = `${count(open.length, "box has", "boxes have")} no key, and no erasure in this export says why; the first is ${name} in entry ${sequence}.`;
    if (manifest.kind === "whole") report.bad(said);
    else report.unsure(said); /* It may have been erased after the last entry here. */
  }
};
