// The page put together: what is chosen, what the address says of it, keys, language and colors.

const chosen = { query: "", outcomes: new Set(), causes: new Set(), node: null, theme: "auto" };
const byId = (id) => document.getElementById(id);
const themes = ["auto", "light", "dark"];
let list;
let shown = [];
let writing = 0;

/** Shows the nodes that match, and the answer for the chosen one. */
function refresh() {
  shown = nodes.filter((node) => matches(node, chosen));
  list.show(shown);
  if (!shown.includes(chosen.node)) chosen.node = answer.whole ? null : (shown[0] ?? null);
  list.choose(chosen.node);
  byId("nothing").hidden = shown.length > 0;
  byId("count").textContent = word("page-shown")
    .replace("{$shown}", number(shown.length))
    .replace("{$all}", number(nodes.length));
  const isFiltered = shown.length < nodes.length || chosen.outcomes.size > 0 || chosen.causes.size > 0;
  byId("reset").hidden = !isFiltered && chosen.query === "";
  showFilters();
  showAnswer();
}

function showFilters() {
  const toggle = (set) => (key) => {
    if (!set.delete(key)) set.add(key);
    refresh();
  };
  const outcome = (key) => [mark(key), element("span", { class: "title" }, word(`outcome-${key}`))];
  const cause = (key) => [
    element("span", { class: "title" }, causeTitle(key)),
    element("span", { class: "code" }, answer.causes[key] ? key : ""),
  ];
  fillFilter(byId("outcomes"), outcomeCounts, chosen.outcomes, toggle(chosen.outcomes), outcome);
  fillFilter(byId("causes"), causeCounts, chosen.causes, toggle(chosen.causes), cause);
}

/** Fills a list of switches, each with how many nodes it stands for; the one that has the focus keeps it. */
function fillFilter(place, counts, pressed, toggle, label) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  place.replaceChildren();
  for (const [key, count] of counts) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${(100 * count) / nodes.length}%`;
    const shownCount = element("span", { class: "count" }, number(count));
    const attributes = { type: "button", "aria-pressed": String(pressed.has(key)), "data-key": key };
    const button = element("button", attributes, ...label(key), shownCount, bar);
    button.addEventListener("click", () => toggle(key));
    place.append(element("li", {}, button));
    if (key === focused) button.focus();
  }
}

function showAnswer() {
  const nothing = nodes.length === 0 ? [element("p", {}, word("nothing"))] : [];
  const forAll = answer.whole ? answerForAll() : nothing;
  byId("answer").replaceChildren(...(chosen.node ? answerFor(chosen.node) : forAll));
  byId("whole").setAttribute("aria-current", String(!chosen.node));
  byId("answer").scrollTop = 0;
  keepAddress();
}

/** Says every word of the page in the chosen language. */
function relabel() {
  document.documentElement.lang = language === 1 ? "zh-CN" : "en";
  document.title = word("page-title");
  for (const place of document.querySelectorAll("[data-say]")) place.textContent = word(place.dataset.say);
  for (const place of document.querySelectorAll("[data-label]")) {
    place.setAttribute("aria-label", word(place.dataset.label));
  }
  byId("search").placeholder = word("page-search-hint");
  byId("language").textContent = word("page-language");
  byId("language").lang = language === 1 ? "en" : "zh-CN";
  byId("theme").textContent = `${word("page-theme")}: ${word(`page-theme-${chosen.theme}`)}`;
  refresh();
}

function setTheme(theme) {
  chosen.theme = theme;
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = `${word("page-theme")}: ${word(`page-theme-${theme}`)}`;
}

/**
 * Keeps what is chosen in the address, so that a link shows somebody else the same: once nothing changes any more, because
 * browsers refuse a page that writes there all the time.
 */
function keepAddress() {
  clearTimeout(writing);
  writing = setTimeout(writeAddress, 200);
}

function writeAddress() {
  const parts = new URLSearchParams();
  parts.set("lang", language === 1 ? "zh" : "en");
  if (chosen.query) parts.set("q", chosen.query);
  for (const outcome of chosen.outcomes) parts.append("outcome", outcome);
  for (const cause of chosen.causes) parts.append("cause", cause);
  if (nodes.length > 1 && chosen.node) parts.set("node", chosen.node.place);
  history.replaceState(null, "", `#${parts}`);
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (parts.has("lang")) language = parts.get("lang") === "zh" ? 1 : 0;
  chosen.query = parts.get("q") ?? "";
  const known = (counts) => (key) => counts.some(([other]) => other === key);
  chosen.outcomes = new Set(parts.getAll("outcome").filter(known(outcomeCounts)));
  chosen.causes = new Set(parts.getAll("cause").filter(known(causeCounts)));
  chosen.node = nodes.find((node) => String(node.place) === parts.get("node")) ?? null;
  byId("search").value = chosen.query;
}

function reset() {
  chosen.query = byId("search").value = "";
  chosen.outcomes.clear();
  chosen.causes.clear();
  refresh();
}

/** Keys that work everywhere: / searches, Escape goes back. */
function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const inSearch = document.activeElement === byId("search");
  if (event.key === "/" && !inSearch && nodes.length > 1) {
    event.preventDefault();
    byId("search").focus();
    byId("search").select();
  } else if (event.key === "Escape" && byId("answer").contains(document.activeElement)) {
    byId("nodes").focus();
  } else if (event.key === "Escape" && !inSearch) {
    reset();
  } else if (event.key === "Escape" && inSearch) {
    event.preventDefault();
    if (byId("search").value === "") byId("nodes").focus();
    byId("search").value = chosen.query = "";
    refresh();
  } else if (event.key === "ArrowDown" && inSearch) {
    event.preventDefault();
    byId("nodes").focus();
  }
}

function start() {
  list = nodeList(byId("nodes"), {
    choose: (node) => {
      chosen.node = node;
      showAnswer();
    },
    open: () => byId("answer").focus(),
  });
  document.documentElement.classList.toggle("single", nodes.length <= 1 && !answer.whole);
  byId("search").addEventListener("input", (event) => {
    chosen.query = event.target.value;
    refresh();
  });
  byId("reset").addEventListener("click", () => {
    reset();
    byId("search").focus();
  });
  byId("language").addEventListener("click", () => {
    language = 1 - language;
    relabel();
  });
  byId("theme").addEventListener("click", () => {
    setTheme(themes[(themes.indexOf(chosen.theme) + 1) % themes.length]);
  });
  byId("whole").hidden = !answer.whole;
  byId("whole").addEventListener("click", () => {
    chosen.node = null;
    list.choose(null);
    showAnswer();
  });
  byId("copy-names").addEventListener("click", () => {
    const names = new Set(shown.map((node) => node.boot.host).filter(Boolean));
    copy([...names].join("\n"), byId("nodes"));
  });
  document.addEventListener("keydown", onKey);
  addEventListener("hashchange", () => {
    readAddress();
    relabel();
  });
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  byId("app").hidden = false;
  readAddress();
  relabel();
}

start();
