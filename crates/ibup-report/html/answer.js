// The answer for one node: for each port how it ended, its lanes, and what was found, with lines and commands.

/** Returns the elements of the answer for a node. */
function answerFor(node) {
  const { boot } = node;
  const made = [
    element("h2", { translate: "no" }, nodeName(node)),
    element("p", { class: "boot" }, text(boot.when), boot.id ? ` · ${boot.id}` : ""),
  ];
  if (boot.sources) {
    const sources = element("span", { translate: "no" }, boot.sources.map(text).join(", "));
    made.push(element("p", { class: "boot" }, `${word("page-read-from")}: `, sources));
  }
  if (boot.factors) made.push(element("p", { class: "boot" }, boot.factors.map(text).join(" · ")));
  const ports = boot.ports ?? [];
  const findings = boot.findings ?? [];
  if (ports.length === 0 && findings.length === 0) made.push(element("p", {}, word("nothing")));
  const byTrouble = [...ports].sort((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome));
  byTrouble.forEach((port, at) => made.push(portSection(port, `port-${at}`, boot.first?.split("T")[0])));
  made.push(...findings.map((finding, at) => findingCard(finding, `machine-${at}`)));
  for (const spot of boot.spots ?? []) made.push(element("p", { class: "spot" }, text(spot)));
  if (answer.thinned) made.push(element("p", { class: "spot" }, word(answer.thinned)));
  if (boot.beside) made.push(...beside(boot.beside));
  return made;
}

/** Returns the elements of the answer on all nodes together. */
function answerForAll() {
  return [element("h2", {}, word("page-whole")), element("pre", { class: "whole" }, local(answer.whole))];
}

function portSection(port, id, day) {
  const name = [port.interface ?? word("no-interface"), port.pci, port.device && `(${port.device})`];
  const title = element(
    "h3",
    { id },
    mark(port.outcome),
    element("span", { translate: "no" }, name.filter(Boolean).join(" ")),
    element("span", { class: `is-${port.outcome}` }, text(port.ended)),
  );
  const section = element("section", { class: "port", "aria-labelledby": id }, title);
  const findings = port.findings ?? [];
  if (port.cause) section.append(element("p", { class: "lead" }, `${port.cause}: ${causeTitle(port.cause)}`));
  else if (port.outcome !== "up") section.append(element("p", { class: "lead" }, word("no-cause-bad")));
  if (port.factors) section.append(element("p", { class: "boot" }, port.factors.map(text).join(" · ")));
  const show = (index) => {
    const quoted = section.querySelector(`[data-line="${index}"]`);
    for (const other of section.querySelectorAll(".shown")) other.classList.remove("shown");
    quoted?.classList.add("shown");
    quoted?.scrollIntoView({ block: "nearest" });
  };
  const drawing = lanes(port, marksOf(port), show, day);
  if (drawing) section.append(drawing);
  section.append(...findings.map((finding, at) => findingCard(finding, `${id}-${at}`)));
  return section;
}

/** Returns the quoted lines by stage: those of the stage itself, and those that findings of that stage stand on. */
function marksOf(port) {
  const marks = STAGES.map((_, at) => new Set(port.stages?.[at]?.lines ?? []));
  const placed = new Set(marks.flatMap((lines) => [...lines]));
  for (const finding of port.findings ?? []) {
    const stage = STAGES.indexOf(answer.causes[finding.code]?.stage);
    for (const line of finding.lines ?? []) {
      if (stage >= 0 && !placed.has(line)) marks[stage].add(line);
      placed.add(line);
    }
  }
  return marks.map((lines) => [...lines]);
}

function findingCard(finding, id) {
  const known = answer.causes[finding.code];
  const title = element(
    "h4",
    { id },
    element("span", { class: "role" }, `${word(`role-${finding.role}`)} ${finding.code}`),
    `: ${causeTitle(finding.code)}`,
  );
  const sure = `${word("confidence")}: ${word(`confidence-${finding.confidence}`)}`;
  const card = element("article", { class: `finding is-${finding.role}`, "aria-labelledby": id }, title);
  card.append(element("p", { class: "sure" }, sure));
  if (finding.lines) card.append(element("ul", { class: "lines" }, ...finding.lines.map(quoted)));
  for (const [heading, commands] of [["check", finding.check], ["remedy", finding.remedy]]) {
    if (commands) card.append(element("h5", {}, word(heading)), commandList(commands));
  }
  if (known?.about) card.append(about(known));
  return card;
}

function about(known) {
  const folded = element("details", {}, element("summary", {}, word("page-about")));
  for (const [heading, body] of known.about) {
    if (heading) folded.append(element("h5", {}, local(heading)));
    folded.append(prose(local(body)));
  }
  return folded;
}

function quoted(index) {
  const line = answer.lines[index];
  const when = line.seconds === undefined ? "" : ` · +${span(line.seconds)}`;
  return element(
    "li",
    { "data-line": index },
    element("span", { class: "place", translate: "no" }, `${text(line.source)}:${line.number}${when}`),
    element("code", { translate: "no" }, line.text),
    element("span", { class: "means" }, text(line.means)),
  );
}

/** Shows the boot beside a healthy one, step by step. */
function beside(comparison) {
  const made = [element("h3", { id: "beside" }, text(comparison.title))];
  for (const caution of comparison.cautions ?? []) made.push(element("p", { class: "spot" }, text(caution)));
  for (const pair of comparison.pairs ?? []) {
    const heads = ["beside-step", "beside-healthy", "beside-here", "beside-differs"].map((key) =>
      element("th", { scope: "col" }, word(key)),
    );
    const rows = pair.steps.map(({ cells, differs }) => {
      const [step, ...rest] = cells.map(text);
      const others = rest.map((cell) => element("td", {}, cell));
      return element("tr", differs ? { class: "differs" } : {}, element("th", { scope: "row" }, step), ...others);
    });
    const table = element(
      "table",
      {},
      element("caption", {}, text(pair.title)),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows),
    );
    made.push(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": text(pair.title) }, table));
    if (pair.unlisted !== undefined) made.push(element("p", {}, text(pair.unlisted)));
  }
  if (comparison.alike !== undefined) made.push(element("p", {}, text(comparison.alike)));
  return [element("section", { class: "port", "aria-labelledby": "beside" }, ...made)];
}
