// Turns Slack's texts (mrkdwn, plain text, dates, emoji) into elements; nothing becomes HTML.

import { channelOf, nameOf, person, session } from "./api.js";
import { h } from "./dom.js";

const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", eyes: "👀", heart: "❤️", tada: "🎉", fire: "🔥", rocket: "🚀",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", warning: "⚠️", rotating_light: "🚨",
  bell: "🔔", mega: "📣", loudspeaker: "📢", pushpin: "📌", memo: "📝", clipboard: "📋", calendar: "📅", date: "📅",
  alarm_clock: "⏰", hourglass_flowing_sand: "⏳", hourglass: "⌛", stopwatch: "⏱️", lock: "🔒", unlock: "🔓", key: "🔑",
  link: "🔗", phone: "☎️", telephone_receiver: "📞", email: "✉️", incoming_envelope: "📨", house: "🏠", office: "🏢",
  hammer_and_wrench: "🛠️", wrench: "🔧", gear: "⚙️", bug: "🐛", bulb: "💡", mag: "🔍", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", dart: "🎯", checkered_flag: "🏁", star: "⭐", sparkles: "✨", wave: "👋", pray: "🙏",
  raised_hands: "🙌", clap: "👏", muscle: "💪", ok_hand: "👌", raised_hand: "✋", point_right: "👉", point_up: "☝️", smile: "😄",
  slightly_smiling_face: "🙂", thinking_face: "🤔", sweat_smile: "😅", cry: "😢", joy: "😂", ghost: "👻", robot_face: "🤖",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", information_source: "ℹ️", question: "❓", exclamation: "❗", speech_balloon: "💬",
  arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️", recycle: "♻️", construction: "🚧", ambulance: "🚑", fire_engine: "🚒",
  sos: "🆘", no_entry: "⛔", zap: "⚡", crown: "👑", busts_in_silhouette: "👥", bust_in_silhouette: "👤", file_folder: "📁",
};
export const QUICK_EMOJI = ["+1", "eyes", "white_check_mark", "heart", "tada", "pray", "fire", "rocket", "warning", "rotating_light", "x", "question"];

export const emoji = (name) => EMOJI[name.split("::")[0]] ?? `:${name}:`;
const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+):/g, (all, name) => EMOJI[name] ?? all);
const decoded = (text) => text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);

/** The text of a text object: plain_text to the letter, mrkdwn with its marks. */
export function textOf(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, object.verbatim);
  return [h("span", { class: "plain" }, object.emoji === false ? object.text : withEmoji(object.text))];
}

export const words = (object) => (object ? withEmoji(object.text ?? "") : "");

/** The first words of a message, for lists and notices. */
export function excerpt(message) {
  const found = [];
  const walk = (node) => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (node && typeof node === "object") {
      if (typeof node.text === "string") found.push(node.text);
      else Object.entries(node).forEach(([name, value]) => name !== "accessory" && walk(value));
    }
  };
  if (message.blocks?.length) walk(message.blocks);
  const text = found.join(" ").trim() || message.text;
  return h("span", {}, inline(text.replace(/\s+/g, " ").slice(0, 110))).textContent;
}

export function mrkdwn(text, verbatim = false) {
  const nodes = [];
  text.split("```").forEach((part, place) => {
    if (place % 2) nodes.push(h("pre", {}, decoded(part.replace(/^\n|\n$/g, ""))));
    else nodes.push(...paragraphs(part, verbatim));
  });
  return nodes;
}

function paragraphs(text, verbatim) {
  const nodes = [];
  let quoted = [];
  let plain = [];
  const flush = () => {
    if (quoted.length) nodes.push(h("blockquote", {}, inline(quoted.join("\n"), verbatim)));
    if (plain.length) nodes.push(h("span", { class: "plain" }, inline(plain.join("\n"), verbatim)));
    quoted = [];
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (Boolean(quote) !== quoted.length > 0) flush();
    if (quote) quoted.push(quote[1]);
    else plain.push(line);
  }
  flush();
  return nodes;
}

const TOKEN = new RegExp(
  [
    "<([^<>\\n]+)>", // 1: link, mention or date
    "`([^`\\n]+)`", // 2: code
    "(?<![\\w*])\\*(?! )([^*\\n]+)(?<! )\\*(?![\\w*])", // 3: bold
    "(?<![\\w_])_(?! )([^_\\n]+)(?<! )_(?![\\w_])", // 4: italic
    "(?<![\\w~])~(?! )([^~\\n]+)(?<! )~(?![\\w~])", // 5: strike
    "(https?://[^\\s<>|]+[^\\s<>|.,;:!?)])", // 6: a bare address
  ].join("|"),
  "g",
);

function inline(text, verbatim = false) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, angle, code, bold, italic, strike, address] = match;
    if (address && verbatim) continue;
    if (match.index > end) nodes.push(withEmoji(decoded(text.slice(end, match.index))));
    end = match.index + all.length;
    if (angle) nodes.push(special(angle));
    else if (code) nodes.push(h("code", {}, decoded(code)));
    else if (bold) nodes.push(h("strong", {}, inline(bold, verbatim)));
    else if (italic) nodes.push(h("em", {}, inline(italic, verbatim)));
    else if (strike) nodes.push(h("s", {}, inline(strike, verbatim)));
    else nodes.push(anchor(decoded(address), decoded(address)));
  }
  if (end < text.length) nodes.push(withEmoji(decoded(text.slice(end))));
  return nodes;
}

function special(inside) {
  const [target, ...rest] = inside.split("|");
  const label = decoded(rest.join("|"));
  if (/^@[UW]/.test(target)) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    return instant(Number(seconds), format, label, url);
  }
  if (target.startsWith("!subteam^")) return group(target.slice(9), label);
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, `@${target.slice(1)}`);
  return anchor(decoded(target), label || decoded(target));
}

export function mention(id) {
  const mine = id === session.me;
  return h("span", { class: mine ? "mention me" : "mention", title: person(id)?.title }, `@${nameOf(id)}`);
}

export function group(id, label = "") {
  const handle = session.state?.groups?.find((g) => g.id === id)?.handle;
  return h("span", { class: "mention" }, `@${handle ?? (label.replace(/^@/, "") || id)}`);
}

export function channelLink(id, label = "") {
  const known = channelOf(id);
  if (!known) return h("span", { class: "mention" }, `#${label || "private channel"}`);
  return h("a", { class: "mention", href: `#user=${session.me}&channel=${id}` }, `#${known.name}`);
}

/** A link that can lead to the web, to mail, or to a message in here; anything else stays words. */
export function anchor(url, label) {
  const inside = /^https?:\/\/[^/]+\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?/.exec(url);
  if (inside && channelOf(inside[1])) {
    const ts = inside[2] ? `&message=${inside[2]}.${inside[3]}` : "";
    return h("a", { href: `#user=${session.me}&channel=${inside[1]}${ts}`, title: url }, label);
  }
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(url)) return h("span", {}, label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, label);
}

const formatted = (options) => (date) => new Intl.DateTimeFormat("en-GB", options).format(date);
const DATES = {
  date_num: (date) => date.toLocaleDateString("sv-SE"),
  date: formatted({ day: "numeric", month: "long", year: "numeric" }),
  date_short: formatted({ day: "numeric", month: "short", year: "numeric" }),
  date_long: formatted({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  time: formatted({ hour: "2-digit", minute: "2-digit" }),
  time_secs: formatted({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};
export const time = DATES.time;

/** "Today", "Yesterday", "Tomorrow", or null for other days. */
function near(date) {
  const start = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return { 0: "Today", "-1": "Yesterday", 1: "Tomorrow" }[Math.round((start(date) - start(new Date())) / 86400000)];
}
export const day = (date) => near(date) ?? formatted({ weekday: "long", day: "numeric", month: "long" })(date);

function ago(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([s]) => Math.abs(seconds) >= s) ?? [1, "second"];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

export function instant(seconds, format, fallback, url) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return h("span", {}, fallback);
  const text = (format ?? "{date_short_pretty} {time}").replace(/\{(\w+?)(_pretty)?\}/g, (all, name, pretty) =>
    DATES[name] ? ((pretty && near(date)?.toLowerCase()) || DATES[name](date)) : all);
  const shown = text.charAt(0).toUpperCase() + text.slice(1);
  const node = h("time", { datetime: date.toISOString(), title: date.toLocaleString("en-GB") }, shown);
  return url ? h("span", {}, anchor(url, shown)) : node;
}
