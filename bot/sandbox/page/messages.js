// The messages of a channel or thread, and what a person can do with one of them.

import { act, bot, channelOf, nameOf, person, session } from "./api.js";
import { avatar, showBlocks } from "./blocks.js";
import { h, icon, iconButton, show } from "./dom.js";
import * as popup from "./popup.js";
import { QUICK_EMOJI, day, emoji, excerpt, instant, mrkdwn, time, words } from "./text.js";

const PAUSE = 300; // seconds after which a person's next message shows their name again
const dateOf = (ts) => new Date(Number(ts) * 1000);

/** Show messages oldest first; `thread` opens the thread of a message, null inside one. */
export function showMessages(list, channel, messages, { all, thread }) {
  const replies = Map.groupBy(all.filter((m) => m.thread_ts && m.thread_ts !== m.ts), (m) => m.thread_ts);
  const items = messages.flatMap((message, place) => {
    const before = messages[place - 1];
    const opensDay = thread && (!before || day(dateOf(before.ts)) !== day(dateOf(message.ts)));
    const follows = !opensDay && before && before.user === message.user && !before.subtype && before.ephemeral === message.ephemeral && message.ts - before.ts < PAUSE;
    const answers = thread ? (replies.get(message.ts) ?? []).map((m) => ({ user: m.user, ts: m.ts })) : [];
    const known = [...JSON.stringify(message).matchAll(/\b[CG]0\w+/g)].map(([id]) => channelOf(id)?.name);
    const data = { message, follows: Boolean(follows), answers, known, hasThread: Boolean(thread), bot: Boolean(person(message.user)?.bot) };
    return [opensDay ? { key: `day ${day(dateOf(message.ts))}`, data: day(dateOf(message.ts)) } : [], { key: message.ts, data }].flat();
  });
  show(list, items, (data) => (typeof data === "string" ? h("h2", { class: "day" }, h("span", {}, data)) : row(channel, data, thread)));
}

function row(channel, data, thread) {
  const { message, follows, answers } = data;
  if (message.subtype && message.subtype !== "thread_broadcast" && message.subtype !== "bot_message") return systemLine(message);
  const body = h("div", { class: "body" });
  if (message.blocks?.length) showBlocks(body, message.blocks, { press: pressIn(channel, message) });
  else body.append(h("div", { class: "text" }, mrkdwn(message.text)));
  const look = ["message", follows && "follows", message.ephemeral && "private", message.pinned && "pinned"].filter(Boolean).join(" ");
  return h("article", { class: look, id: `message-${message.ts}`, "aria-label": `${nameOf(message.user)}, ${time(dateOf(message.ts))}` },
    h("div", { class: "gutter" }, follows ? h("span", { class: "small-time", "aria-hidden": "true" }, time(dateOf(message.ts))) : avatar(message.user, data.bot)),
    h("div", { class: "content" },
      message.ephemeral ? h("p", { class: "mark" }, icon("eye"), "Only visible to you") : null,
      message.pinned ? h("p", { class: "mark" }, icon("pin"), "Pinned") : null,
      follows ? null : h("p", { class: "by" }, h("strong", {}, nameOf(message.user)), data.bot ? h("span", { class: "badge" }, "APP") : null, badge(message.user), " ", instant(Number(message.ts), "{time}", "")),
      body,
      message.edited ? h("span", { class: "edited" }, "(edited)") : null,
      reactions(channel, message),
      answers.length ? threadButton(message, answers, thread) : null),
    tools(channel, message, thread));
}

export const badge = (id) => {
  const kind = person(id)?.external ? "external" : person(id)?.guest ? "guest" : null;
  return kind ? h("span", { class: "badge" }, kind) : null;
};

const systemLine = (message) => {
  const told = /^\s*<@/.test(message.text) ? [] : [h("strong", {}, nameOf(message.user)), " "];
  return h("p", { class: "system", id: `message-${message.ts}` }, instant(Number(message.ts), "{time}", ""), h("span", {}, told, mrkdwn(message.text)));
};

const pressIn = (channel, message) => async (_block, element, value) => {
  const body = { channel, ts: message.ts, action_id: element.action_id, ...(value === null ? {} : { value }) };
  popup.went(words(element.text) || "That choice", await act("click", body));
};

function threadButton(message, answers, thread) {
  const people = [...new Set(answers.map((a) => a.user))].slice(0, 4);
  const count = answers.length === 1 ? "1 reply" : `${answers.length} replies`;
  return h("button", { type: "button", class: "replies", on: { click: () => thread(message.ts) } },
    h("span", { class: "faces" }, people.map((id) => avatar(id, person(id)?.bot))), h("span", { class: "count" }, count),
    h("span", { class: "last" }, "Last reply ", instant(Number(answers.at(-1).ts), "{ago}", "")));
}

function reactions(channel, message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map(({ name, users }) => {
    const mine = users.includes(session.me);
    const label = `${name.replaceAll("_", " ")}, ${users.length}: ${users.map(nameOf).join(", ")}`;
    return h("button", { type: "button", class: "reaction", "aria-pressed": String(mine), "aria-label": label, title: label,
      on: { click: () => react(channel, message, name, mine) } }, emoji(name), h("span", {}, String(users.length)));
  }));
}

const react = async (channel, message, name, remove) =>
  popup.went("The reaction", await act(remove ? "unreact" : "react", { channel, ts: message.ts, name }));

function tools(channel, message, thread) {
  if (message.ephemeral) return null;
  return h("div", { class: "tools", role: "group", "aria-label": "Actions on this message" },
    iconButton("smile", "Add a reaction", (event) => pick(event.currentTarget, channel, message)),
    thread ? iconButton("reply", "Reply in thread", () => thread(message.thread_ts ?? message.ts)) : null,
    iconButton("more", "More actions", (event) => more(event.currentTarget, channel, message, thread), { "aria-haspopup": "menu" }));
}

function pick(anchor, channel, message) {
  const choose = (name) => {
    popup.close();
    react(channel, message, name, message.reactions?.some((r) => r.name === name && r.users.includes(session.me)));
  };
  popup.open(anchor, "Choose a reaction", h("div", { class: "emoji-grid" }, QUICK_EMOJI.map((name) =>
    h("button", { type: "button", "aria-label": name.replaceAll("_", " "), title: `:${name}:`, on: { click: () => choose(name) } }, emoji(name)))));
}

function more(anchor, channel, message, thread) {
  const shortcuts = session.state.shortcuts.filter((s) => s.type === "message");
  const mine = message.user === session.me;
  popup.menu(anchor, "Message", [
    thread && { label: "Reply in thread", act: () => thread(message.thread_ts ?? message.ts) },
    mine && { label: "Edit message", act: () => edit(channel, message) },
    shortcuts.length > 0 && { heading: "Message shortcuts" },
    ...shortcuts.map((s) => ({
      label: s.name, hint: bot() ? `${nameOf(bot().id)} · ${s.description ?? ""}` : s.description,
      act: async () => popup.went(s.name, await act("message_shortcut", { channel, ts: message.ts, callback_id: s.callback_id })),
    })),
    { label: "Delete message", danger: true, act: () => remove(channel, message) },
  ]);
}

async function edit(channel, message) {
  const text = await popup.ask({ title: "Edit message", field: "Message", value: message.text, yes: "Save" });
  if (text) popup.went("The change", await act("edit", { channel, ts: message.ts, text }));
}

async function remove(channel, message) {
  const sure = await popup.ask({ title: "Delete this message?", text: excerpt(message), yes: "Delete", danger: true });
  if (sure) popup.went("Deleting", await act("delete", { channel, ts: message.ts }));
}
