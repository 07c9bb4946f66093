// Slack's texts as DOM nodes: mrkdwn, Markdown, mentions, emoji, dates.

import { el } from "/static/dom.js";

// Who and what the ids in a text stand for; around.js keeps it true. `go` opens a channel.
export const names = { people: new Map(), channels: new Map(), groups: new Map(), version: 0, go: () => {} };

export const EMOJI = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrows_counterclockwise: "🔄", ballot_box_with_check: "☑️", bell: "🔔",
  bookmark: "🔖", bulb: "💡", calendar: "📆", chart_with_upwards_trend: "📈", clipboard: "📋", construction: "🚧",
  dart: "🎯", envelope: "✉️", exclamation: "❗", eyes: "👀", fire: "🔥", handshake: "🤝", heart: "❤️", hourglass: "⏳",
  information_source: "ℹ️", joy: "😂", large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠",
  large_red_circle: "🔴", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", mag: "🔍", mega: "📣", memo: "📝",
  no_entry: "⛔", octagonal_sign: "🛑", pencil2: "✏️", pushpin: "📌", question: "❓", raised_hand: "✋", red_circle: "🔴",
  rocket: "🚀", rotating_light: "🚨", scales: "⚖️", shield: "🛡️", speech_balloon: "💬", tada: "🎉", ticket: "🎫",
  warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", wrench: "🔧", x: "❌", zap: "⚡",
};
export const emoji = (name) => EMOJI[name] ?? `:${name}:`;

export const safe = (url) => (/^(https?:|mailto:)/i.test(url ?? "") ? url : "about:blank");
const entities = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

export const anchor = (url, text) => el("a", { href: safe(url), target: "_blank", rel: "noreferrer" }, text || url);
export const person = (id) => el("span", { class: "mention" }, `@${names.people.get(id) ?? id}`);
export const group = (id) => el("span", { class: "mention" }, `@${names.groups.get(id) ?? id}`);
export const broadcast = (range) => el("span", { class: "mention" }, `@${range}`);
export const channel = (id) => (names.channels.has(id)
  ? el("button", { class: "mention", type: "button", onclick: () => names.go(id) }, `#${names.channels.get(id)}`)
  : el("span", { class: "mention" }, "🔒 private channel"));

export const when = (seconds, fallback) => {
  const date = new Date(seconds * 1000);
  const text = date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return el("time", { datetime: date.toISOString(), title: fallback }, text);
};

const angled = (inner) => {
  const [what, label] = inner.split("|");
  if (what.startsWith("@")) return person(what.slice(1));
  if (what.startsWith("#")) return channel(what.slice(1));
  if (what.startsWith("!date^")) return when(Number(what.split("^")[1]), label);
  if (what.startsWith("!subteam^")) return group(what.split("^")[1]);
  if (what.startsWith("!")) return broadcast(what.slice(1));
  return anchor(what, entities(label ?? ""));
};

const MRKDWN = /(```[\s\S]+?```|`[^`\n]+`|<[^>\n]+>|(?<![\w*])\*[^*\n]+\*(?![\w*])|(?<!\w)_[^_\n]+_(?!\w)|(?<!\w)~[^~\n]+~(?!\w))/;
const inline = (text) => text.split(MRKDWN).map((part) => {
  const inner = part.slice(1, -1);
  if (/^```[\s\S]+```$/.test(part)) return el("pre", {}, entities(part.slice(3, -3)));
  if (/^`.+`$/.test(part)) return el("code", {}, entities(inner));
  if (/^<.+>$/.test(part)) return angled(inner);
  if (/^\*.+\*$/.test(part)) return el("strong", {}, ...inline(inner));
  if (/^_.+_$/.test(part)) return el("em", {}, ...inline(inner));
  if (/^~.+~$/.test(part)) return el("s", {}, ...inline(inner));
  return withEmoji(entities(part));
});

export const mrkdwn = (text) => {
  const out = el("span", {});
  for (const [quoted, lines] of runs(text.split("\n"), (line) => /^(>|&gt;)/.test(line))) {
    const body = lines.map((line) => (quoted ? line.replace(/^(>|&gt;) ?/, "") : line)).join("\n");
    if (quoted) out.append(el("blockquote", {}, ...inline(body)));
    else out.append(...inline(body));
  }
  return out;
};

export const textOf = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : document.createTextNode(withEmoji(object.text)));

// Neighbouring lines that have the same property, as [property, lines] pairs.
const runs = (lines, property) => lines.reduce((all, line) => {
  const value = property(line), last = all.at(-1);
  if (last && last[0] === value) last[1].push(line);
  else all.push([value, [line]]);
  return all;
}, []);

const MARKDOWN = /(`[^`\n]+`|\[[^\]\n]+\]\([^)\s]+\)|\*\*[^*\n]+\*\*|(?<!\w)[*_][^*_\n]+[*_](?!\w)|~~[^~\n]+~~)/;
const spans = (text) => text.split(MARKDOWN).map((part) => {
  const link = part.match(/^\[(.+)\]\((.+)\)$/);
  if (link) return anchor(link[2], link[1]);
  if (/^`.+`$/.test(part)) return el("code", {}, part.slice(1, -1));
  if (/^\*\*.+\*\*$/.test(part)) return el("strong", {}, ...spans(part.slice(2, -2)));
  if (/^~~.+~~$/.test(part)) return el("s", {}, ...spans(part.slice(2, -2)));
  if (/^[*_].+[*_]$/.test(part)) return el("em", {}, ...spans(part.slice(1, -1)));
  return withEmoji(part);
});

const LINES = [
  ["heading", /^#{1,6} /, (lines) => lines.map((line) => el("p", { class: "heading" }, ...spans(line.replace(/^#+ /, ""))))],
  ["bullets", /^\s*[-*] /, (lines) => [el("ul", {}, ...lines.map((line) => el("li", {}, ...spans(line.replace(/^\s*[-*] /, "")))))]],
  ["numbers", /^\s*\d+[.)] /, (lines) => [el("ol", {}, ...lines.map((line) => el("li", {}, ...spans(line.replace(/^\s*\d+[.)] /, "")))))]],
  ["quote", /^> ?/, (lines) => [el("blockquote", {}, ...spans(lines.map((line) => line.replace(/^> ?/, "")).join("\n")))]],
  ["rule", /^---+$/, () => [el("hr")]],
];

export const markdown = (text) => {
  const out = el("div", { class: "markdown" });
  text.split(/(```[\s\S]*?```)/).forEach((piece) => {
    if (piece.startsWith("```")) { out.append(el("pre", {}, piece.replace(/^```\w*\n?|```$/g, ""))); return; }
    const kindOf = (line) => LINES.find(([, pattern]) => pattern.test(line))?.[0] ?? (line.trim() ? "text" : "");
    for (const [kind, lines] of runs(piece.split("\n"), kindOf)) {
      const known = LINES.find(([name]) => name === kind);
      if (known) out.append(...known[2](lines));
      else if (kind === "text") out.append(el("p", {}, ...spans(lines.join("\n"))));
    }
  });
  return out;
};
