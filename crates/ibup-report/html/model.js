// The answer as the program wrote it, and what can be asked of it: words, nodes, counts, matches.

const answer = JSON.parse(document.getElementById("data").textContent);

/** Which of the two languages is shown: 0 is English, 1 is Chinese. */
let language = answer.language;

/** Outcomes, the worst first. */
const OUTCOMES = ["missing", "down", "unusable", "raised-late", "unknown", "up"];
/** The key under which nodes are counted that are not well and of which the log does not show why. */
const NO_CAUSE = "none";

/** Says a word of the page. */
const word = (key) => answer.words[key]?.[language] ?? key;
/** Says a text of the answer: the same in both languages, or one of each. */
const text = (index) => local(answer.texts[index] ?? "");
const local = (either) => (typeof either === "string" ? either : either[language]);
const number = (count) => count.toLocaleString("en");

/** Nodes with what lists and filters want to know of them, the troubled ones first, then by name. */
const nodes = answer.nodes.map(asNode).sort(byTrouble);
const outcomeCounts = counted((node) => [node.outcome], OUTCOMES);
const causeCounts = counted((node) => node.causes);

function asNode(boot, place) {
  const ports = boot.ports ?? [];
  const blamed = (boot.findings ?? []).filter((finding) => finding.role === "cause");
  const outcomes = ports.map((port) => port.outcome);
  const outcome = OUTCOMES.find((each) => outcomes.includes(each)) ?? "unknown";
  const causes = new Set(blamed.map((finding) => finding.code));
  for (const port of ports) {
    if (port.cause) causes.add(port.cause);
    else if (port.outcome !== "up" && port.outcome !== "unknown") causes.add(NO_CAUSE);
  }
  return { boot, place, outcome, causes: [...causes], name: nameKey(boot.host ?? ""), haystack: haystack(boot, ports) };
}

/** Returns all that a search looks through, in both languages. */
function haystack(boot, ports) {
  const words = [boot.host, boot.id, boot.first, ...(boot.factors ?? []).map(text)];
  for (const port of ports) {
    words.push(port.interface, port.pci, port.device, ...(port.factors ?? []).map(text), ...answer.words[`outcome-${port.outcome}`]);
  }
  const findings = [...(boot.findings ?? []), ...ports.flatMap((port) => port.findings ?? [])];
  for (const { code } of findings) {
    const known = answer.causes[code];
    words.push(code, known?.name, ...(known?.title ?? []));
  }
  return words.filter(Boolean).join("\n").toLowerCase();
}

function byTrouble(a, b) {
  const rank = (node) => OUTCOMES.indexOf(node.outcome) + (node.causes.length > 0 ? 0 : OUTCOMES.length);
  return rank(a) - rank(b) || compareNames(a.name, b.name) || a.place - b.place;
}

/** Splits a name into words and numbers, in turns. */
function nameKey(name) {
  return name.split(/(\d+)/).map((piece, at) => (at % 2 === 1 ? Number(piece) : piece));
}

/** Compares names with their numbers as numbers: node-9 comes before node-10. */
function compareNames(a, b) {
  const at = a.findIndex((piece, place) => piece !== b[place]);
  if (at < 0) return a.length - b.length;
  return b[at] === undefined || a[at] > b[at] ? 1 : -1;
}

/** Counts nodes by what they are; by number, or in a given order. */
function counted(keysOf, order) {
  const counts = new Map();
  for (const node of nodes) {
    for (const key of keysOf(node)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const entries = [...counts];
  return order
    ? entries.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    : entries.sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
}

/** Returns whether a node is among those asked for: every word of the query, any of the outcomes, any of the causes. */
function matches(node, { query, outcomes, causes }) {
  if (outcomes.size > 0 && !outcomes.has(node.outcome)) return false;
  if (causes.size > 0 && !node.causes.some((cause) => causes.has(cause))) return false;
  const wanted = query.toLowerCase().split(/\s+/);
  return wanted.every((part) => node.haystack.includes(part));
}

function causeTitle(code) {
  return code === NO_CAUSE ? word("no-cause-bad") : local(answer.causes[code]?.title ?? code);
}

/** Writes a span by its two largest units: 1 min 32 s. */
function span(seconds) {
  if (seconds < 10) return `${Number(seconds.toFixed(seconds < 1 ? 3 : 1))} ${word("page-unit-s")}`;
  const sizes = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let left = Math.round(seconds);
  const parts = [];
  for (const [unit, size] of sizes) {
    const whole = Math.floor(left / size);
    left -= whole * size;
    if (whole > 0 || parts.length > 0) parts.push(whole > 0 ? `${whole} ${word(`page-unit-${unit}`)}` : "");
  }
  return parts.slice(0, 2).filter(Boolean).join(" ");
}
