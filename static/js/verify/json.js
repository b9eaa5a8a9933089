/* JSON that can be read in one way only: a member that stands twice is refused, at any depth. */

const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|([^\s{}[\],:"]+))/gy;

export const parse = (said) => {
  const value = JSON.parse(said);
  refuseDoubles(said);
  return value;
};

const refuseDoubles = (said) => {
  const open = [];
  let name = null;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(said); found; found = TOKEN.exec(said)) {
    const [, mark, string] = found;
    if (mark === "{") open.push(new Set());
    else if (mark === "[") open.push(null);
    else if (mark === "}" || mark === "]") open.pop();
    else if (mark === ":") {
      if (open.at(-1).has(name)) throw new Error(`“${name}” stands there twice.`);
      open.at(-1).add(name);
    } else if (string) name = JSON.parse(string);
  }
};
