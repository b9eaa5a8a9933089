/* The files in a zip that is stored or deflated, without folders, encryption or zip64. */

import { text } from "./bytes.js";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LARGEST = 1 << 30; /* bytes that one file may unpack to */

export const unzip = async (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = bytes.length - 22;
  while (place >= 0 && view.getUint32(place, true) !== END) place -= 1;
  if (place < 0) throw new Error("This is not a zip file.");
  const files = new Map();
  let entry = view.getUint32(place + 16, true);
  for (let left = view.getUint16(place + 10, true); left; left -= 1) {
    if (view.getUint32(entry, true) !== ENTRY) throw new Error("The zip file is damaged.");
    const length = view.getUint16(entry + 28, true);
    const name = text(bytes.subarray(entry + 46, entry + 46 + length));
    if (files.has(name)) throw new Error(`${name} is in the zip file twice.`);
    files.set(name, await content(bytes, view, entry));
    entry += 46 + length + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return files;
};

const content = async (bytes, view, entry) => {
  const method = view.getUint16(entry + 10, true);
  const packed = view.getUint32(entry + 20, true);
  const size = view.getUint32(entry + 24, true);
  const header = view.getUint32(entry + 42, true);
  if (view.getUint16(entry + 8, true) & 1) throw new Error("The zip file is encrypted.");
  if (size > LARGEST || packed > LARGEST) throw new Error("This is too large for a browser: use verify_audit.py.");
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const data = bytes.subarray(start, start + packed);
  if (method === 0) return data;
  if (method !== 8) throw new Error("The zip file is packed in a way that is not known here.");
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const whole = new Uint8Array(size);
  let place = 0;
  for await (const part of stream) {
    if (place + part.length > size) throw new Error("A file in the zip is longer than it says.");
    whole.set(part, place);
    place += part.length;
  }
  if (place !== size) throw new Error("A file in the zip is shorter than it says.");
  return whole;
};
