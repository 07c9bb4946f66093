// What the page asks of the sandbox, and what it says when that goes wrong.

import { $ } from "/static/dom.js";

const WORDS = {
  operation_timeout: "The app did not answer within three seconds (operation_timeout).",
  dispatch_failed: "The app failed to answer (dispatch_failed).",
  dispatch_unreachable: "The app cannot be reached (dispatch_unreachable).",
  no_bot: "No app is connected.",
};

export class Api {
  constructor(me, refresh) { Object.assign(this, { me, refresh, pending: new Set() }); }

  words(error) { return WORDS[error] ?? error; }

  complain(error) {
    $("notice-text").textContent = error ? this.words(error) : "";
    $("notice").hidden = !error;
  }

  async get(path, query = {}) {
    const answer = await fetch(`/sandbox/${path}?${new URLSearchParams(query)}`);
    return answer.json();
  }

  async post(path, body = {}) {
    try {
      const answer = await fetch(`/sandbox/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      return await answer.json();
    } catch { return { ok: false, error: "The sandbox stopped. Start it again: make demo" }; }
  }

  // Do something as the person; resolves to what came of it and says what went wrong.
  async act(name, body) {
    const work = this.post(`act/${name}`, { user: this.me(), ...body });
    this.pending.add(work);
    try {
      const answer = await work;
      this.complain(answer.error);
      return answer;
    } finally { this.pending.delete(work); }
  }

  // Wait until everything begun so far has ended.
  async quiet() { await Promise.allSettled([...this.pending]); }
}
