// Where a person writes: a message, a reply, or a slash command with its completion.

import { button, el } from "/static/dom.js";

export class Composer {
  constructor(form, { label, commands, send }) {
    Object.assign(this, { form, commands, send });
    this.input = form.querySelector("textarea");
    this.list = el("ul", { class: "choices above", role: "listbox", id: `${this.input.id}-commands`, "aria-label": "Commands", hidden: true });
    this.input.setAttribute("aria-label", label);
    this.input.setAttribute("aria-controls", this.list.id);
    form.prepend(this.list);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener("input", () => { this.grow(); this.complete(); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("keydown", (event) => this.keyInList(event));
    this.form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) this.list.hidden = true; });
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    if (this.list.hidden) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") { event.preventDefault(); this.options().at(event.key === "ArrowUp" ? -1 : 0)?.focus(); }
    if (event.key === "Tab" && !event.shiftKey) { event.preventDefault(); this.options()[0]?.click(); }
    if (event.key === "Escape") { event.stopPropagation(); this.list.hidden = true; }
  }

  keyInList(event) {
    const all = this.options(), at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") { event.preventDefault(); (all[at + 1] ?? this.input).focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); (all[at - 1] ?? this.input).focus(); }
    if (event.key === "Escape") { event.stopPropagation(); this.list.hidden = true; this.input.focus(); }
  }

  options() { return [...this.list.querySelectorAll("button")]; }

  complete() {
    const text = this.input.value, open = /^\/\S*$/.test(text);
    const found = open ? this.commands().filter((c) => c.command.startsWith(text)) : [];
    this.list.replaceChildren(...found.map((c) => el("li", { role: "presentation" }, button("", () => this.choose(c), { role: "option", "aria-selected": "false" }))));
    this.list.querySelectorAll("button").forEach((node, place) => node.append(el("strong", {}, found[place].command),
      ` ${found[place].usage_hint ?? ""} `, el("small", {}, found[place].description)));
    this.list.hidden = !found.length;
  }

  choose(command) {
    this.input.value = `${command.command} `;
    this.list.hidden = true;
    this.input.focus();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 160)}px`;
  }

  // What was typed stays until it has arrived.
  async submit() {
    const text = this.input.value.trim();
    if (!text || this.sending) return;
    this.sending = true;
    this.list.hidden = true;
    this.input.value = "";
    try {
      if (await this.send(text) === false && !this.input.value) this.input.value = text;
    } finally { this.sending = false; this.grow(); }
  }
}
