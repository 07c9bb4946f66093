// Draws the form a person has open, and keeps the workspace informed of what is typed into it.

import { draw } from "/static/blocks.js";
import { button, el, sync } from "/static/dom.js";
import { control } from "/static/elements.js";
import { names } from "/static/text.js";

const valueOf = (state) => (state ? Object.entries(state).find(([key]) => key !== "type")?.[1] ?? null : null);

export class Form {
  constructor(dialog, api) {
    Object.assign(this, { dialog, api, view: null, errors: {}, typing: {} });
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
    // Browsers may close a dialog without asking; then the form is closed as well.
    dialog.addEventListener("close", () => { if (this.view) this.close(); });
  }

  show(view, depth) {
    if (!view) { this.view = null; if (this.dialog.open) this.dialog.close(); return; }
    const same = this.view?.id === view.id;
    if (!same) { this.errors = {}; this.typing = {}; this.failure = null; }
    Object.assign(this, { view, depth });
    if (!same) this.dialog.replaceChildren(this.head = el("header"), this.body = el("div", { class: "body", tabindex: "-1" }), this.foot = el("footer"));
    this.draw();
    if (!this.dialog.open) this.dialog.showModal();
    if (!same) this.dialog.querySelector(".body input, .body textarea, .body select, .body button, footer button")?.focus();
  }

  // Only what has changed is drawn again: a field one types in stays as it is.
  draw() {
    const view = this.view;
    const press = (action, value) => this.api.act("click_in_view", { view_id: view.id, action_id: action, value });
    sync(this.head, [view.title.text], () => "title", (title) => el("h2", { id: "modal-title" }, title));
    const items = view.blocks.map((block) => ({ block, error: this.errors[block.block_id], chosen: this.chosen(block),
      names: block.type === "input" ? null : names.version }));
    sync(this.body, items, (item) => item.block.block_id, ({ block }) =>
      (block.type === "input" ? this.field(block) : el("div", {}, ...draw([block], press))));
    const buttons = [{ name: "failure", text: this.failure }, { name: "close", text: this.depth > 1 ? "Back" : view.close?.text ?? "Close" },
      ...(view.submit ? [{ name: "submit", text: view.submit.text }] : [])];
    sync(this.foot, buttons, (item) => item.name, (item) => this.footer(item));
  }

  footer({ name, text }) {
    if (name === "failure") return el("p", { class: "error", role: "alert", hidden: !text }, text ?? "");
    return name === "close" ? button(text, () => this.close()) : button(text, () => this.submit(), { class: "submit" });
  }

  // What a type-ahead shows is what was chosen; every other input shows by itself what is in it.
  chosen(block) {
    return block.element?.type === "external_select" ? this.valueOf(block) : null;
  }

  valueOf(block) { return valueOf(this.view.state.values[block.block_id]?.[block.element.action_id]); }

  field(block) {
    const element = block.element, id = `field-${block.block_id}`, error = this.errors[block.block_id];
    const about = {
      id, label: block.label.text, invalid: Boolean(error),
      describedBy: [block.hint ? `${id}-help` : null, error ? `${id}-error` : null].filter(Boolean).join(" "),
      typed: this.typing[block.block_id],
      value: element.type === "external_select" ? this.valueOf(block) : this.typing[block.block_id] ?? this.valueOf(block),
      set: (value) => this.fill(block.block_id, value),
      typing: (text) => { if (text == null) delete this.typing[block.block_id]; else this.typing[block.block_id] = text; },
      suggest: async (text) => (await this.api.act("suggest", { view_id: this.view.id, block_id: block.block_id, typed: text })).options ?? [],
    };
    return el("div", { class: "field" }, el("label", { for: id }, block.label.text,
      block.optional ? el("span", { class: "optional" }, " (optional)") : null), control(element, about),
      block.hint ? el("p", { class: "help", id: `${id}-help` }, block.hint.text) : null,
      error ? el("p", { class: "error", id: `${id}-error` }, error) : null);
  }

  async fill(blockId, value) {
    delete this.typing[blockId]; delete this.errors[blockId];
    await this.api.act("fill", { view_id: this.view.id, block_id: blockId, value });
  }

  async submit() {
    if (this.submitting) return;
    this.submitting = true;
    try { await this.send(); } finally { this.submitting = false; }
  }

  // What is still being typed goes first, so that the form says what the person sees.
  async send() {
    document.activeElement?.blur?.();
    await this.api.quiet();
    const answer = await this.api.act("submit", { view_id: this.view.id });
    Object.assign(this, { errors: answer.errors ?? {}, failure: answer.error ? this.api.words(answer.error) : null });
    await this.api.refresh();
    const first = Object.keys(this.errors)[0];
    const wrong = first && document.getElementById(`field-${first}`);
    wrong?.focus();
    wrong?.closest(".field").scrollIntoView({ block: "center" });
  }

  close() {
    const view = this.view;
    this.failure = null;
    return view && this.api.act("close", { view_id: view.id });
  }
}
