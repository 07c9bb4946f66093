// What stands above the messages of a channel: its menu, its people, bookmarks and pins.

import { act, nameOf, person, session } from "./api.js";
import { avatar } from "./blocks.js";
import { h, icon, iconButton, show } from "./dom.js";
import { badge } from "./messages.js";
import * as popup from "./popup.js";
import { anchor, excerpt } from "./text.js";

/** Bookmarks and pins, when there are any; `reveal` shows a pinned message. */
export function showBookmarks(bar, place, reveal) {
  const pinned = place.messages.filter((m) => m.pinned).map((m) => ({ ts: m.ts, by: m.user, text: excerpt(m) }));
  bar.hidden = !pinned.length && !place.bookmarks.length;
  const items = [
    ...(pinned.length ? [{ key: "pins", data: { pinned } }] : []),
    ...place.bookmarks.map((bookmark, number) => ({ key: `${number} ${bookmark.link}`, data: bookmark })),
  ];
  show(bar, items, (data) => (data.pinned ? pins(data.pinned, reveal) : h("span", { class: "bookmark" }, icon("link"), anchor(data.link, data.title))));
}

function pins(pinned, reveal) {
  const open = (event) => popup.menu(event.currentTarget, "Pinned messages", [{ heading: "Pinned" },
    ...pinned.map((pin) => ({ label: nameOf(pin.by), hint: pin.text, lead: avatar(pin.by, person(pin.by)?.bot), act: () => reveal(pin.ts) }))]);
  return h("button", { type: "button", class: "bookmark", "aria-haspopup": "menu", on: { click: open } }, icon("pin"), `${pinned.length} pinned`);
}

export function channelTools(channel, members) {
  const count = members.length === 1 ? "1 member" : `${members.length} members`;
  return h("div", { class: "head-tools" },
    h("button", { type: "button", class: "members", "aria-haspopup": "menu", "aria-label": count, title: count, on: { click: (event) => people(event.currentTarget, channel, members) } }, icon("people"), String(members.length)),
    iconButton("more", "Channel actions", (event) => manage(event.currentTarget, channel), { "aria-haspopup": "menu" }));
}

const does = async (what, name, body) => popup.went(what, await act(name, body));

function people(button, channel, members) {
  const outside = session.state.people.filter((p) => !members.includes(p.id));
  const entry = (id, what, run) => ({ label: h("span", {}, nameOf(id), person(id)?.bot ? h("span", { class: "badge" }, "APP") : badge(id)), hint: what, lead: avatar(id, person(id)?.bot), act: run });
  popup.menu(button, "Members", [
    { heading: "Members" },
    ...members.map((id) => entry(id, id === session.me ? "You" : "Choose to remove", () => (id === session.me ? null : kick(channel, id)))),
    channel.member && !channel.archived && outside.length > 0 && { heading: "Add to the channel" },
    ...(channel.member && !channel.archived ? outside.map((p) => entry(p.id, p.title, () => does("The invitation", "invite", { channel: channel.id, invited: p.id }))) : []),
  ]);
}

async function kick(channel, id) {
  const sure = await popup.ask({ title: `Remove ${nameOf(id)}?`, text: `From #${channel.name}.`, yes: "Remove", danger: true });
  if (sure) does("Removing", "kick", { channel: channel.id, kicked: id });
}

function manage(button, channel) {
  const here = { channel: channel.id };
  const sure = async (title, text, name) => (await popup.ask({ title, text, yes: "Yes", danger: true })) && does(title, name, here);
  const rename = async () => {
    const name = await popup.ask({ title: "Rename channel", field: "New name", value: channel.name, yes: "Rename" });
    if (name && name !== channel.name) does("Renaming", "rename", { ...here, name });
  };
  popup.menu(button, "Channel actions", [
    !channel.member && !channel.private && { label: "Join channel", act: () => does("Joining", "join", here) },
    channel.member && { label: "Rename…", act: rename },
    channel.member && !channel.private && { label: "Make private…", act: () => sure("Make this channel private?", "Slack cannot undo that.", "make_private") },
    channel.archived ? { label: "Unarchive", act: () => does("Unarchiving", "unarchive", here) } : { label: "Archive…", danger: true, act: () => sure("Archive this channel?", "Nobody can write here until it is unarchived.", "archive") },
    channel.member && { label: "Leave channel", act: () => does("Leaving", "leave", here) },
    { label: "Delete channel…", danger: true, act: () => sure("Delete this channel?", "Its messages are gone for good.", "delete_channel") },
  ]);
}
