// Draws a form and keeps the bot informed of what is typed into it.

import { draw, el } from "/static/blocks.js";

const valueOf = (state) => (state ? Object.entries(state).find(([key]) => key !== "type")?.[1] ?? null : null);
const idFor = (block) => `field-${block.block_id}`;

export class Form {
  constructor(dialog, api) {
    this.dialog = dialog; this.api = api; this.view = null; this.errors = {}; this.offered = {}; this.typing = {};
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
  }

  show(view, people) {
    if (!view) { this.view = null; if (this.dialog.open) this.dialog.close(); return; }
    if (this.view && this.view.id === view.id && this.view.hash === view.hash && !this.stale) return;
    if (!this.view || this.view.id !== view.id) { this.errors = {}; this.offered = {}; this.typing = {}; }
    this.view = view; this.people = people; this.stale = false;
    const focused = document.activeElement?.id;
    this.dialog.replaceChildren(...this.parts());
    if (!this.dialog.open) this.dialog.showModal();
    if (focused?.startsWith("field-")) document.getElementById(focused)?.focus();
  }

  parts() {
    const view = this.view;
    const body = el("div", { class: "body" }, ...view.blocks.flatMap((block) =>
      (block.type === "input" ? [this.field(block)] : draw([block], (action) => this.press(action)))));
    const buttons = [el("button", { type: "button", onclick: () => this.close() }, view.close?.text ?? "Close")];
    if (view.submit) buttons.push(el("button", { type: "button", class: "submit", onclick: () => this.submit() }, view.submit.text));
    return [el("header", {}, el("h1", { id: "modal-title" }, view.title.text)), body, el("footer", {}, ...buttons)];
  }

  field(block) {
    const state = this.view.state.values[block.block_id]?.[block.element.action_id];
    const id = idFor(block), error = this.errors[block.block_id];
    const about = [block.hint ? `${id}-help` : null, error ? `${id}-error` : null].filter(Boolean).join(" ");
    const label = el("label", { for: id }, block.label.text,
      block.optional ? el("span", { class: "optional" }, " (optional)") : null);
    return el("div", { class: "field" }, label, this.input(block, id, valueOf(state), about),
      block.hint ? el("p", { class: "help", id: `${id}-help` }, block.hint.text) : null,
      error ? el("p", { class: "error", id: `${id}-error` }, error) : null);
  }

  input(block, id, value, about) {
    const element = block.element, set = (next) => this.fill(block.block_id, next);
    const common = { id, "aria-describedby": about || null, "aria-invalid": this.errors[block.block_id] ? "true" : null };
    const change = { ...common, onchange: (event) => set(event.target.value || null) };
    switch (element.type) {
      case "plain_text_input": {
        const given = this.typing[block.block_id] ?? value ?? "";
        const keep = { ...change, oninput: (event) => { this.typing[block.block_id] = event.target.value; }, maxlength: element.max_length };
        if (element.multiline) { const area = el("textarea", { ...keep, rows: 3 }); area.value = given; return area; }
        return el("input", { ...keep, value: given, placeholder: element.placeholder?.text });
      }
      case "url_text_input": case "email_text_input":
        return el("input", { ...change, type: "text", inputmode: "url", value: value ?? "" });
      case "datepicker": return el("input", { ...change, type: "date", value: value ?? "" });
      case "timepicker": return el("input", { ...change, type: "time", value: value ?? "" });
      case "static_select": return this.select(change, element.options.map((o) => [o.value, o.text.text]), value?.value);
      case "users_select": return this.select(change, this.people.map((p) => [p.id, p.real_name]), value);
      case "multi_users_select": {
        const pick = (event) => set([...event.target.selectedOptions].map((o) => o.value));
        const select = el("select", { ...common, multiple: true, size: 4, onchange: pick });
        for (const p of this.people) select.append(el("option", { value: p.id, selected: (value ?? []).includes(p.id) }, p.real_name));
        return select;
      }
      case "radio_buttons": return this.radios(block, id, element, value, set);
      case "external_select": return this.external(block, common, value, set);
      default: return el("p", {}, `(${element.type})`);
    }
  }

  select(attributes, options, chosen) {
    const select = el("select", attributes, el("option", { value: "" }, "Choose…"));
    for (const [value, text] of options) select.append(el("option", { value, selected: value === chosen }, text));
    return select;
  }

  radios(block, id, element, value, set) {
    const group = el("fieldset", { id, "aria-label": block.label.text });
    for (const option of element.options) {
      const radio = el("input", { type: "radio", name: id, value: option.value, checked: value?.value === option.value, onchange: () => set(option.value) });
      group.append(el("label", { class: "pick" }, radio, option.text.text,
        option.description ? el("small", {}, option.description.text) : null));
    }
    return group;
  }

  external(block, common, value, set) {
    const box = el("div");
    const list = el("ul", { class: "choices", role: "listbox", hidden: true });
    const search = async (text) => {
      const answer = await this.api.act("suggest", { view_id: this.view.id, block_id: block.block_id, typed: text });
      list.replaceChildren(...(answer.options ?? []).map((option) => el("li", {},
        el("button", { type: "button", role: "option", onclick: () => { this.typing[block.block_id] = null; set(option); } }, option.text.text))));
      list.hidden = !list.children.length;
    };
    const input = el("input", { ...common, role: "combobox", "aria-expanded": "false", autocomplete: "off",
      value: this.typing[block.block_id] ?? value?.text?.text ?? "", placeholder: block.element.placeholder?.text,
      oninput: (event) => { this.typing[block.block_id] = event.target.value; search(event.target.value); },
      onfocus: (event) => { event.target.select(); search(this.typing[block.block_id] ?? ""); },
      onkeydown: (event) => { if (event.key === "ArrowDown") { event.preventDefault(); list.querySelector("button")?.focus(); } } });
    list.addEventListener("keydown", (event) => {
      const buttons = [...list.querySelectorAll("button")], at = buttons.indexOf(document.activeElement);
      if (event.key === "ArrowDown") { event.preventDefault(); buttons[at + 1]?.focus(); }
      if (event.key === "ArrowUp") { event.preventDefault(); (buttons[at - 1] ?? input).focus(); }
      if (event.key === "Escape") { event.stopPropagation(); list.hidden = true; input.focus(); }
    });
    box.append(input, list);
    return box;
  }

  async fill(blockId, value) {
    delete this.typing[blockId]; delete this.errors[blockId]; this.stale = true;
    await this.api.act("fill", { view_id: this.view.id, block_id: blockId, value });
  }

  press(action) { return this.api.act("click_in_view", { view_id: this.view.id, action_id: action }); }

  async submit() {
    if (this.submitting) return;
    this.submitting = true;
    try { await this.send(); } finally { this.submitting = false; }
  }

  async send() {
    document.activeElement?.blur?.();
    await this.api.quiet();
    const answer = await this.api.act("submit", { view_id: this.view.id });
    this.errors = answer.errors ?? {}; this.stale = true;
    await this.api.refresh();
    const first = Object.keys(this.errors)[0];
    if (first) document.getElementById(`field-${first}`)?.focus();
  }

  close() { return this.api.act("close", { view_id: this.view.id }); }
}
