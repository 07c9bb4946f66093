// Messages as rows: who, when, what, reactions, replies, and the menu of what can be done.

import { draw } from "/static/blocks.js";
import { asked, button, confirmed, el, popover } from "/static/dom.js";
import { EMOJI, emoji, mrkdwn, names } from "/static/text.js";

const QUICK = ["eyes", "white_check_mark", "scales"];
const SYSTEM = new Set(["channel_join", "channel_topic", "pinned_item", "channel_convert_to_private", "tombstone"]);

const bytes = (size) => (size < 1024 ? `${size} bytes` : `${(size / 1024).toFixed(1)} KB`);
const clock = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const nameOf = (id) => names.people.get(id) ?? id;

// The rows of one list of messages; `room` knows the channel, the person, and how to act.
export class Rows {
  constructor(room) { this.room = room; }

  draw = (message) => {
    if (SYSTEM.has(message.subtype)) return this.system(message);
    const press = (action, value) => this.act("click", message, { action_id: action, value });
    const words = message.blocks?.length ? draw(message.blocks, press) : [el("div", { class: "block" }, mrkdwn(message.text))];
    const kinds = ["message", message.ephemeral ? "ephemeral" : "", message.pinned ? "pinned" : ""].join(" ");
    return el("li", { class: kinds, "data-ts": message.ts }, this.head(message), ...words,
      this.files(message), this.reactions(message), this.replies(message), message.ephemeral ? null : this.tools(message));
  };

  system(message) {
    return el("li", { class: "message system", "data-ts": message.ts }, message.text.startsWith("<@") ? "" : `${nameOf(message.user)} `, mrkdwn(message.text), this.replies(message));
  }

  head(message) {
    const tags = [message.pinned ? "📌 Pinned" : null, message.edited ? "(edited)" : null,
      message.ephemeral ? "👁 Only visible to you" : null].filter(Boolean);
    return el("div", { class: "meta" }, el("strong", {}, nameOf(message.user)),
      message.user === this.room.bot() ? el("span", { class: "app" }, "APP") : null,
      el("time", { datetime: new Date(message.ts * 1000).toISOString() }, clock(message.ts)),
      ...tags.map((text) => el("span", { class: "tag" }, text)));
  }

  files(message) {
    if (!message.files?.length) return null;
    const address = (file) => `/sandbox/file/${file.id}?${new URLSearchParams({ user: this.room.me() })}`;
    return el("ul", { class: "files", "aria-label": "Files" }, ...message.files.map((file) => el("li", {},
      el("a", { href: address(file), download: file.name, "aria-label": `Download ${file.name}` }, `⬇ ${file.name}`), el("small", {}, bytes(file.size)))));
  }

  reactions(message) {
    if (!message.reactions.length) return null;
    return el("div", { class: "reactions" }, ...message.reactions.map(({ name, users }) => {
      const mine = users.includes(this.room.me());
      const label = `${name.replaceAll("_", " ")}, ${users.map(nameOf).join(", ")}`;
      return button(`${emoji(name)} ${users.length}`, () => this.act(mine ? "unreact" : "react", message, { name }),
        { "aria-label": label, title: label, "aria-pressed": String(mine) });
    }));
  }

  replies(message) {
    if (!message.replies || this.room.thread) return null;
    const text = `${message.replies} ${message.replies === 1 ? "reply" : "replies"}, the last at ${clock(message.last_reply)}`;
    return button(text, () => this.room.openThread(message.ts), { class: "replies" });
  }

  tools(message) {
    const react = (name) => this.act("react", message, { name });
    const quick = QUICK.map((name) => button(emoji(name), () => react(name), { "aria-label": `React with ${name.replaceAll("_", " ")}` }));
    const picker = popover("Choose a reaction", "☺", () => [el("div", { class: "grid" }, ...Object.keys(EMOJI).map((name) =>
      button(emoji(name), () => react(name), { "aria-label": name.replaceAll("_", " "), title: `:${name}:`, "data-closes": "" })))]);
    const reply = this.room.thread ? null
      : button("💬", () => this.room.openThread(message.thread_ts ?? message.ts), { "aria-label": "Reply in thread" });
    return el("div", { class: "tools", role: "toolbar", "aria-label": "What to do with this message" }, ...quick, ...picker, reply,
      ...popover("More actions", "⋮", () => this.menu(message)));
  }

  menu(message) {
    const mine = message.user === this.room.me();
    const item = (text, onclick) => button(text, onclick, { "data-closes": "" });
    return [
      ...this.room.shortcuts().map((s) => item(`⚡ ${s.name}`, () => this.act("message_shortcut", message, { callback_id: s.callback_id }))),
      message.pinned ? item("Unpin from channel", () => this.act("unpin", message)) : item("Pin to channel", () => this.act("pin", message)),
      mine ? item("Edit message", () => this.edit(message)) : null,
      mine || this.room.isAdmin() ? item("Delete message…", () => this.remove(message)) : null,
    ];
  }

  async edit(message) {
    const text = await asked("Edit message", "Message", message.text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&"));
    if (text) this.act("edit", message, { text });
  }

  async remove(message) {
    if (await confirmed({ title: "Delete message", text: "It is gone for everybody.", confirm: "Delete", style: "danger" })) this.act("delete", message);
  }

  act(name, message, more = {}) { return this.room.act(name, { ts: message.ts, ...more }); }
}
