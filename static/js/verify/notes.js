/* Signed notes (c2sp.org/signed-note), the heads in them, and the keys that signed them. */

import { concat, equal, fromBase64, hex, sha256, utf8 } from "./bytes.js";

const ED25519 = 1; /* signed-note's number for it */

/* A key as it is written: name+id+base64. Throws for anything else. */
export const readKey = async (vkey) => {
  const [name, id, ...rest] = vkey.trim().split("+");
  const bytes = fromBase64(rest.join("+"));
  const found = hex((await sha256(concat(utf8(`${name}\n`), bytes))).slice(0, 4));
  if (bytes.length !== 33 || bytes[0] !== ED25519 || found !== id) throw new Error("This is no key of Ed25519.");
  const key = await crypto.subtle.importKey("raw", bytes.slice(1), "Ed25519", false, ["verify"]);
  return { vkey: vkey.trim(), name, id, key };
};

/* The text that one of these keys signed, and that key; null where none of them did. */
export const open = async (note, keys) => {
  const gap = note.lastIndexOf("\n\n");
  if (gap < 0) return null;
  const said = note.slice(0, gap + 1);
  for (const line of note.slice(gap + 2).split("\n")) {
    const [dash, name, encoded, more] = line.split(" ");
    if (dash !== "—" || !encoded || more !== undefined) continue;
    for (const key of keys.filter((each) => each.name === name)) {
      if (await signed(key, encoded, said)) return { text: said, key };
    }
  }
  return null;
};

const signed = async (key, encoded, said) => {
  try {
    const bytes = fromBase64(encoded);
    if (bytes.length !== 68 || hex(bytes.slice(0, 4)) !== key.id) return false;
    return await crypto.subtle.verify("Ed25519", key.key, bytes.slice(4), utf8(said));
  } catch {
    return false;
  }
};

/* The head in a text that was signed. Throws when it is something else. */
export const readHead = (said) => {
  const [origin, size, root, time] = said.split("\n");
  if (!/^(0|[1-9][0-9]*)$/.test(size) || !time?.startsWith("time ")) throw new Error("What was signed is no head.");
  const bytes = fromBase64(root);
  if (bytes.length !== 32 || !Number.isSafeInteger(Number(size))) throw new Error("What was signed is no head.");
  return { origin, size: Number(size), root: bytes, time: time.slice(5) };
};

export const openHead = async (note, keys) => {
  const found = await open(note, keys);
  return found && { ...readHead(found.text), key: found.key };
};

/*
 * The keys of a list that can be trusted. With keys that the reader trusts: these, and those they
 * introduced, one after the other. Without: all of the list, on the server's word alone.
 */
export const trustedKeys = async (list, trusted) => {
  const listed = [];
  for (const each of list) listed.push({ ...(await readKey(each.vkey)), introduction: each.introduction });
  if (!trusted.length) return { keys: listed, unknown: [] };
  const keys = [...trusted];
  const unknown = [];
  for (const each of listed) {
    if (keys.some((key) => key.vkey === each.vkey)) continue;
    const found = each.introduction ? await open(each.introduction, keys) : null;
    const [, kind, vkey] = found ? found.text.split("\n") : [];
    (kind === "key" && vkey === each.vkey ? keys : unknown).push(each);
  }
  return { keys, unknown };
};

/* The notes in any text: a file of heads as JSON lines, or a mail. */
export const notesIn = (said) => {
  const notes = [];
  for (const line of said.split(/\r?\n/)) {
    if (!line.trim().startsWith("{")) continue;
    try {
      const { note } = JSON.parse(line);
      if (note) notes.push(note);
    } catch { /* Not a line of heads. */ }
  }
  const plain = said.replaceAll("\r\n", "\n");
  const pattern = /^\S[^\n]*\n\d+\n[A-Za-z0-9+/=]{44}\ntime [^\n]+\n\n(?:— [^\n]+(?:\n|$))+/gm;
  for (const [found] of plain.matchAll(pattern)) notes.push(found.endsWith("\n") ? found : `${found}\n`);
  return notes;
};

export { equal };
