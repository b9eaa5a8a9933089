/* What was looked at and what was found, in the words that the page shows. */

export class Report {
  checked = []; /* sentences: what was looked at and is in order */
  wrong = []; /* sentences: what is not */
  open = []; /* sentences: what was asked for and could not be judged */
  notes = []; /* sentences: what nobody asked for and stays open */
  shown = null; /* the record that a receipt is about, as far as its boxes open */

  ok(said) { this.checked.push(said); }
  bad(said) { if (this.wrong.length < 50) this.wrong.push(said); }
  note(said) { this.notes.push(said); }
  unsure(said) { if (this.open.length < 50) this.open.push(said); }

  /* Look at something: what it throws is what is wrong with it. */
  async look(what, act) {
    try {
      return await act();
    } catch (error) {
      this.bad(`${what}: ${error.message}`);
      return null;
    }
  }

  get verdict() {
    if (this.wrong.length) return "wrong";
    return this.open.length ? "open" : "proved";
  }
}

const MINUTES = 10;

/* Whether a time lies between two others, either of which may be missing, within ten minutes. */
export const between = (time, after, before) => {
  const at = Date.parse(time);
  const slack = MINUTES * 60_000;
  return !Number.isNaN(at) && !(after && at < Date.parse(after) - slack) && !(before && at > Date.parse(before) + slack);
};

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
