/* A receipt: one entry, the way from it to a signed head, and the keys of its boxes. */

import { equal, fromBase64, utf8 } from "./bytes.js";
import { fill } from "./boxes.js";
import { parse } from "./json.js";
import { compare, kept, settle } from "./keys.js";
import { openHead } from "./notes.js";
import { between, count } from "./report.js";
import { leafHash, rootOf } from "./tree.js";

export const FORMAT = "imprimatur-audit-receipt/1";

export const verifyReceipt = async (receipt, { trusted = "", heads = [] }, report) => {
  const keys = await settle(receipt.vkeys ?? [], trusted, report);
  const head = await report.look("The head", () => openHead(receipt.note, keys));
  if (!head) {
    report.bad("The head is not signed with a key that is trusted here.");
    return;
  }
  report.ok(`The head over ${count(head.size, "entry", "entries")} of ${head.origin} is signed with the key ${head.key.id}, at ${head.time}.`);
  await prove(receipt, head, report);
  await report.look("The record", () => read(receipt, head, report));
  for (const each of await kept(heads, keys, report)) {
    compare(each, head.origin, (size) => (size === head.size ? head.root : null), head.size, report);
  }
};

/* That the record's bytes are in the tree, at the place that its number says. */
const prove = async (receipt, head, report) => {
  const path = await report.look("The proof", () => receipt.proof.map(fromBase64));
  if (!path) return;
  const leaf = await leafHash(utf8(receipt.body));
  const root = await rootOf(leaf, receipt.sequence - 1, head.size, path);
  if (root && equal(root, head.root)) {
    report.ok(`The record is entry ${receipt.sequence} of the ${head.size.toLocaleString("en-GB")} that this head stands for, unchanged to the last byte.`);
  } else {
    report.bad(`The record is not what was entered as number ${receipt.sequence}: the proof leads to another root.`);
  }
};

const read = async (receipt, head, report) => {
  const record = parse(receipt.body);
  if (record.sequence !== receipt.sequence) {
    report.bad(`The record says that it is entry ${record.sequence}, the receipt that it is ${receipt.sequence}.`);
  }
  if (!between(record.recorded_at, null, head.time)) {
    report.bad(`The record says that it was written at ${record.recorded_at}, after the head over it.`);
  }
  const { opened, closed } = await fill(record, receipt.keys ?? {});
  for (const { name, said } of closed) {
    if (said) report.bad(`The box of ${name} ${said}.`);
    else if (receipt.withheld?.includes(name)) report.ok(`What stands in the box of ${name} was withheld from the receiver of this receipt.`);
    else report.unsure(`What stands in the box of ${name} cannot be read: its key was destroyed, or was left out.`);
  }
  if (opened) report.ok(`${count(opened, "box", "boxes")} opened with the ${opened === 1 ? "key" : "keys"} that came along.`);
  report.shown = record;
};
