/* Bytes, and what the browser computes with them. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);
export const text = (bytes) => decoder.decode(bytes);

export const concat = (...parts) => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
};

export const equal = (one, other) =>
  one.length === other.length && one.every((byte, place) => byte === other[place]);

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/* Standard base64 with padding, and nothing else. Throws for anything but that. */
export const fromBase64 = (said) => {
  const bytes = Uint8Array.from(atob(said), (character) => character.charCodeAt(0));
  if (toBase64(bytes) !== said) throw new Error("This is not base64 as it should be.");
  return bytes;
};

export const toBase64 = (bytes) => {
  let characters = "";
  for (let place = 0; place < bytes.length; place += 8192) {
    characters += String.fromCharCode(...bytes.subarray(place, place + 8192));
  }
  return btoa(characters);
};

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
