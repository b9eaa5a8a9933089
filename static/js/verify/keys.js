/* Which keys to believe, and how the heads that somebody kept fit. */

import { equal } from "./bytes.js";
import { openHead, readKey, trustedKeys } from "./notes.js";

/* The keys that count here, told to the report. */
export const settle = async (list, trustedText, report) => {
  const trusted = [];
  for (const line of trustedText.split(/\s+/).filter(Boolean)) {
    const key = await report.look(`The key ${line.slice(0, 40)}`, () => readKey(line));
    if (key) trusted.push(key);
  }
  const found = await report.look("The list of keys", () => trustedKeys(list, trusted));
  if (!found) return [];
  if (!trusted.length) {
    report.note("Nobody but the server says that its key is the right one: no key of yours was given.");
  } else {
    for (const key of found.unknown) report.bad(`The key ${key.id} is introduced by none that you trust.`);
  }
  return found.keys;
};

/* The heads that left the building, as far as they are signed. */
export const kept = async (notes, keys, report) => {
  const heads = [];
  for (const note of notes) {
    const head = await report.look("A head that you kept", () => openHead(note, keys));
    if (head) heads.push(head);
    else report.bad("A head that you kept is not signed with a key that is trusted here.");
  }
  return heads;
};

/* Compare a head that was kept with the root of the tree at its size, where that is known. */
export const compare = (head, origin, rootAt, size, report) => {
  const said = `The head over ${head.size.toLocaleString("en-GB")} entries that you kept`;
  const root = rootAt(head.size);
  if (head.origin !== origin) report.bad(`${said} is of another trail, ${head.origin}.`);
  else if (root) (equal(root, head.root) ? report.ok(`${said} fits.`) : report.bad(`${said} contradicts what is here.`));
  else if (head.size > size) report.unsure(`${said} is newer than what is here and cannot be compared with it.`);
  else report.unsure(`${said} cannot be compared with what is here: the entries up to it are not all in it.`);
};
