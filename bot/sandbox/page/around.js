// What stands around the messages: the list of channels, the bar on top, the story, the clock.

import { $, asked, button, el, popover, sync } from "/static/dom.js";
import { choices } from "/static/elements.js";
import { names } from "/static/text.js";

const mark = (place) => (place.dm ? "●" : place.private ? "🔒" : "#");

const channelRow = (open) => (place) => {
  const unread = place.unread ? el("span", { class: "badge" }, String(place.unread), el("span", { class: "hidden" }, " unread")) : null;
  const node = button("", () => open(place.id), { "aria-current": place.here ? "page" : null, class: place.unread ? "unread" : "", "data-channel": place.title, title: place.title });
  node.append(el("span", { class: "mark", "aria-hidden": "true" }, mark(place)),
    el("span", { class: "title" }, `${place.title}${place.archived ? " (archived)" : ""}`,
      place.private && !place.dm ? el("span", { class: "hidden" }, ", private") : null), ...(unread ? [unread] : []));
  return el("li", {}, node);
};

// Who and what ids stand for, before anything is drawn; `version` rises when rows have to say it anew.
export const learn = (state, me) => {
  const signature = JSON.stringify([me, state.people, state.groups, state.channels.map((c) => [c.id, c.name])]);
  if (names.signature === signature) return;
  names.signature = signature;
  names.version += 1;
  names.people = new Map(state.people.map((p) => [p.id, p.name]));
  names.channels = new Map(state.channels.map((c) => [c.id, c.name]));
  names.groups = new Map(state.groups.map((g) => [g.id, g.handle]));
  choices.people = state.people.filter((p) => !p.bot);
  choices.channels = state.channels.filter((c) => !c.dm_with);
};

const listed = (state, here) => state.channels.map((c) => ({ id: c.id, dm: Boolean(c.dm_with), private: c.private, archived: c.archived,
  member: c.member, unread: c.member ? c.unread : 0, here: c.id === here,
  title: c.dm_with ? state.people.find((p) => p.bot)?.real_name ?? "App" : c.name }));

export const drawChannels = (state, here, open) => {
  $("team").textContent = state.team;
  const places = listed(state, here), draw = channelRow(open);
  const byName = (a, b) => (a.title < b.title ? -1 : 1);
  sync($("channels"), places.filter((p) => !p.dm && p.member && !p.archived).sort(byName), (p) => p.id, draw);
  sync($("others"), places.filter((p) => !p.dm && (!p.member || p.archived)).sort(byName), (p) => p.id, draw);
  const home = { id: "home", title: "Home", dm: true, unread: 0, here: here === "home" };
  sync($("apps"), [home, ...places.filter((p) => p.dm).map((p) => ({ ...p, title: "Messages" }))], (p) => p.id, draw);
  $("others-box").hidden = !$("others").children.length;
};

export const drawPeople = (state, me) => {
  const people = state.people.filter((p) => !p.bot), signature = JSON.stringify(people);
  if ($("me").signature === signature) return;
  $("me").signature = signature;
  const kind = (p) => (p.external ? "another organisation" : p.guest ? "guest" : p.title);
  $("me").replaceChildren(...people.map((p) => el("option", { value: p.id, selected: p.id === me }, `${p.real_name}, ${kind(p)}`)));
};

export const drawShortcuts = (state, act) => sync($("shortcuts"), state.shortcuts.filter((s) => s.type === "global"), (s) => s.callback_id,
  (s) => el("li", {}, button(`⚡ ${s.name}`, () => act("shortcut", { callback_id: s.callback_id }))));

// The suggested next things to try; the first that is not done yet stands out.
export const drawStory = (state) => {
  const story = state.story ?? [], next = story.findIndex((step) => !step.done);
  $("story").hidden = !story.length;
  $("story-count").textContent = `${story.filter((step) => step.done).length} of ${story.length}`;
  sync($("story-steps"), story.map((step, place) => ({ ...step, next: place === next })), (step) => step.text, (step) =>
    el("li", { class: step.done ? "done" : step.next ? "next" : "", "aria-current": step.next ? "step" : null },
      el("span", { "aria-hidden": "true" }, step.done ? "✓" : "○"), el("span", {}, step.text), el("span", { class: "hidden" }, step.done ? " (done)" : "")));
};

const BAD_DAYS = [
  ["Next call: rate limited (429)", { add: { kind: "rate_limited", retry_after: 5 } }],
  ["Next call: server error (500)", { add: { kind: "server_error" } }],
  ["Next call: succeeds without a response", { add: { kind: "done_no_answer" } }],
  ["Every call takes a second", { latency: 1 }],
  ["Enforce Slack's rate limits", { rates: true }],
  ["Slack is down", { down: true }],
  ["Back to normal", { clear: true, down: false, rates: false }],
];
const SPEEDS = [1, 60, 600];

// The panels of the top bar: bad days, the clock, beginning anew.
export const controls = (api) => {
  const say = async (path, body) => api.complain((await api.post(path, body)).error);
  const item = (text, onclick, more = {}) => button(text, onclick, { "data-closes": "", ...more });
  $("controls").append(
    ...popover("Bad days: break Slack", "⛈ Bad days", () => [
      ...BAD_DAYS.map(([text, order]) => item(text, () => say("faults", order))), item("Restart the bot", () => say("restart", {})),
    ]),
    ...popover("Clock: speed up or skip time", "⏱ Clock", () => [
      ...SPEEDS.map((speed) => item(speed === 1 ? "Real time" : `${speed}x speed`, () => say("clock", { speed }))),
      item("Skip an hour", () => say("clock", { jump: 3600 })), item("Skip a day", () => say("clock", { jump: 86400 })),
    ]),
    ...popover("Start over", "↺ Reset", () => [el("p", {}, "This deletes everything in this workspace."), item("Start over", () => say("reset", {}), { class: "danger" })]),
  );
};

let clock = null;
export const drawClock = (state) => {
  clock = { ...state.clock, at: performance.now() };
  const bad = [state.bad_day.down ? "Slack is down" : null, state.bad_day.latency ? "Slack is slow" : null].filter(Boolean);
  $("weather").textContent = bad.join(", ");
  tick();
};
const tick = () => {
  if (!clock) return;
  const now = new Date((clock.now + ((performance.now() - clock.at) / 1000) * clock.speed) * 1000);
  const text = now.toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit" }) + (clock.speed === 1 ? "" : ` (× ${clock.speed})`);
  if ($("now").textContent !== text) $("now").textContent = text;
};
setInterval(tick, 500);

// What can be done with the channel one looks at.
export const channelMenu = (state, channel, act) => {
  const item = (text, onclick) => button(text, onclick, { "data-closes": "" });
  const invite = () => popover("Invite someone", "Invite…", () => state().people.filter((p) => !p.bot).map((p) => item(p.real_name, () => act("invite", { invited: p.id }))));
  const rename = async () => { const name = await asked("Rename channel", "New name", channel().name); if (name) act("rename", { name }); };
  return popover("Channel menu", "⋯", () => {
    const place = channel();
    if (!place || place.dm_with) return [el("p", {}, "Direct messages between you and the app.")];
    if (!place.member) return [item("Join channel", () => act("join"))];
    return [...invite(), item("Rename…", rename), place.private ? null : item("Make private", () => act("make_private")),
      place.archived ? item("Unarchive", () => act("unarchive")) : item("Archive", () => act("archive")),
      place.bot_in ? item("Remove the app", () => act("kick", { kicked: state().people.find((p) => p.bot).id })) : null,
      item("Leave", () => act("leave"))];
  });
};
