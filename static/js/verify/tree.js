/* The hash tree of RFC 9162, section 2.1. */

import { concat, equal, sha256 } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (data) => sha256(concat(LEAF, data));
export const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/* The root that a leaf's inclusion path leads to (2.1.3.2); null for a path of another length. */
export const rootOf = async (leaf, index, size, path) => {
  if (!(index >= 0 && index < size)) return null;
  let [place, last, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const step of path) {
    if (last === 0n) return null;
    if (place & 1n || place === last) {
      hash = await nodeHash(step, hash);
      while (!(place & 1n) && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      hash = await nodeHash(hash, step);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n ? hash : null;
};

/* A tree that grows leaf by leaf and knows its root at any time. */
export class Growing {
  #peaks = []; /* complete subtrees, the largest first */
  size = 0;

  async add(hash, count = 1) {
    /* As many leaves as a subtree has may follow only where such a subtree may begin. */
    if (this.size % count) throw new Error("The hashes before the first entry do not line up.");
    let peak = { hash, count };
    this.size += count;
    while (this.#peaks.length && this.#peaks.at(-1).count === peak.count) {
      const left = this.#peaks.pop();
      peak = { hash: await nodeHash(left.hash, peak.hash), count: 2 * left.count };
    }
    this.#peaks.push(peak);
  }

  async root() {
    if (!this.#peaks.length) return sha256(new Uint8Array());
    let hash = this.#peaks.at(-1).hash;
    for (const left of this.#peaks.slice(0, -1).reverse()) hash = await nodeHash(left.hash, hash);
    return hash;
  }
}

/* The sizes of the largest subtrees, complete and aligned, that leaves from `start` to `end` make. */
export const tiles = (start, end) => {
  const sizes = [];
  while (start < end) {
    let size = 1;
    while (start % (2 * size) === 0 && start + 2 * size <= end) size *= 2;
    sizes.push(size);
    start += size;
  }
  return sizes;
};

export { equal };
