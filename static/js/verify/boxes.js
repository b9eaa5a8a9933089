/* The boxes in a record: what identifies a person, and what people wrote. */

import { concat, equal, fromBase64, sha256, text, utf8 } from "./bytes.js";
import { parse } from "./json.js";

const COMMITMENT = utf8("imprimatur audit box commitment\0");

/* The values in a box, by JSON pointer. Throws when the key is not the one it was locked with. */
export const unlock = async (box, key) => {
  const locked = fromBase64(box);
  const bytes = fromBase64(key);
  if (!equal(locked.slice(0, 32), await sha256(concat(COMMITMENT, bytes)))) {
    throw new Error("was not locked with the key that came along");
  }
  const usable = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
  const how = { name: "AES-GCM", iv: new Uint8Array(12) };
  return parse(text(new Uint8Array(await crypto.subtle.decrypt(how, usable, locked.slice(32)))));
};

/*
 * Put what the boxes hold in its place. Returns how many opened, and what cannot be opened:
 * [{name, said}], `said` empty where there is no key for it.
 */
export const fill = async (record, keys) => {
  const closed = Object.keys(keys)
    .filter((name) => !Object.hasOwn(record.boxes ?? {}, name))
    .map((name) => ({ name, said: "is not there, although its key is" }));
  let opened = 0;
  for (const [name, box] of Object.entries(record.boxes ?? {})) {
    if (!Object.hasOwn(keys, name)) {
      closed.push({ name, said: "" });
      continue;
    }
    try {
      for (const [pointer, value] of Object.entries(await unlock(box, keys[name]))) put(record, pointer, name, value);
      opened += 1;
    } catch (error) {
      closed.push({ name, said: error.message || "does not open" });
    }
  }
  return { opened, closed };
};

const put = (record, pointer, name, value) => {
  const way = pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = way.pop();
  let place = record;
  for (const part of way) place = place !== null && typeof place === "object" && Object.hasOwn(place, part) ? place[part] : undefined;
  const stands = place?.[last];
  if (stands?.sealed !== name || Object.keys(stands).length !== 1) {
    throw new Error("has a value for a place that is not its own");
  }
  place[last] = value;
};
