// Draws the form a person has open, and keeps the workspace informed of what is typed into it.

import { draw } from "/static/blocks.js";
import { button, el } from "/static/dom.js";
import { control } from "/static/elements.js";

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
    if (same && this.view.hash === view.hash && !this.stale) return;
    if (!same) { this.errors = {}; this.typing = {}; }
    Object.assign(this, { view, depth, stale: false });
    const active = document.activeElement, focused = active?.id, caret = active?.selectionStart;
    const at = this.dialog.querySelector(".body")?.scrollTop ?? 0;
    this.dialog.replaceChildren(...this.parts());
    if (!this.dialog.open) this.dialog.showModal();
    if (same) this.dialog.querySelector(".body").scrollTop = at;
    const again = same && focused ? document.getElementById(focused) : null;
    (again ?? this.dialog.querySelector(".body input, .body textarea, .body select, .body button, footer button"))?.focus();
    if (again?.setSelectionRange && caret != null && /^(text|url|search)$/.test(again.type)) again.setSelectionRange(caret, caret);
  }

  parts() {
    const view = this.view;
    const press = (action, value) => this.api.act("click_in_view", { view_id: view.id, action_id: action, value });
    const body = el("div", { class: "body", tabindex: "-1" }, ...view.blocks.flatMap((block) =>
      (block.type === "input" ? [this.field(block)] : draw([block], press))));
    const failed = el("p", { class: "error", role: "alert", hidden: !this.failure }, this.failure ?? "");
    const leave = button(this.depth > 1 ? "Back" : view.close?.text ?? "Close", () => this.close());
    const send = view.submit ? button(view.submit.text, () => this.submit(), { class: "submit" }) : null;
    return [el("header", {}, el("h2", { id: "modal-title" }, view.title.text)), body, el("footer", {}, failed, leave, send)];
  }

  field(block) {
    const element = block.element, id = `field-${block.block_id}`, error = this.errors[block.block_id];
    const about = {
      id, label: block.label.text, invalid: Boolean(error),
      describedBy: [block.hint ? `${id}-help` : null, error ? `${id}-error` : null].filter(Boolean).join(" "),
      typed: this.typing[block.block_id],
      value: this.typing[block.block_id] ?? valueOf(this.view.state.values[block.block_id]?.[element.action_id]),
      set: (value) => this.fill(block.block_id, value),
      typing: (text) => { if (text == null) delete this.typing[block.block_id]; else this.typing[block.block_id] = text; },
      suggest: async (text) => (await this.api.act("suggest", { view_id: this.view.id, block_id: block.block_id, typed: text })).options ?? [],
    };
    if (element.type === "external_select") about.value = valueOf(this.view.state.values[block.block_id]?.[element.action_id]);
    return el("div", { class: "field" }, el("label", { for: id }, block.label.text,
      block.optional ? el("span", { class: "optional" }, " (optional)") : null), control(element, about),
      block.hint ? el("p", { class: "help", id: `${id}-help` }, block.hint.text) : null,
      error ? el("p", { class: "error", id: `${id}-error` }, error) : null);
  }

  async fill(blockId, value) {
    // What the person sees is already right, unless an error or a type-ahead's choice has to be redrawn.
    this.stale ||= blockId in this.errors || typeof value === "object";
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
    Object.assign(this, { errors: answer.errors ?? {}, failure: answer.error ? this.api.words(answer.error) : null, stale: true });
    await this.api.refresh();
    const first = Object.keys(this.errors)[0];
    if (first) document.getElementById(`field-${first}`)?.focus();
  }

  close() {
    const view = this.view;
    this.failure = null;
    return view && this.api.act("close", { view_id: view.id });
  }
}
