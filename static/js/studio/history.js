// Undo and redo over whole states of the edit list: they are small, and nothing can be forgotten.

const MOST = 200;

export class History {
  constructor(state) {
    this.past = [];
    this.now = JSON.stringify(state);
    this.future = [];
  }

  // A false answer says that nothing has changed.
  take(state) {
    const text = JSON.stringify(state);
    if (text === this.now) return false;
    this.past.push(this.now);
    if (this.past.length > MOST) this.past.shift();
    this.now = text;
    this.future = [];
    return true;
  }

  undo() {
    return this.move(this.past, this.future);
  }

  redo() {
    return this.move(this.future, this.past);
  }

  move(from, to) {
    if (!from.length) return null;
    to.push(this.now);
    this.now = from.pop();
    return JSON.parse(this.now);
  }
}
