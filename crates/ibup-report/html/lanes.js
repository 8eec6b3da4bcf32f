// The stages of a port over time: a table whose rows are lanes, so that it can be seen and read aloud.

const STAGES = ["pci", "driver", "stack", "netdev", "hand-off", "network", "link", "address"];
/** Up to so many seconds time runs evenly; what takes days is drawn by orders of magnitude. */
const EVEN_MAX = 120;
const TICKS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 21600, 86400, 604800, 2592000];

/** Makes a scale from seconds to percent of the width. */
function scale(end) {
  const isEven = end <= EVEN_MAX;
  const place = isEven ? (seconds) => seconds : (seconds) => Math.log1p(seconds);
  const whole = place(end) || 1;
  return { isEven, end, at: (seconds) => (100 * place(Math.max(0, seconds))) / whole };
}

/** How much of the width a name on the axis needs, in percent, where lanes are at their narrowest. */
const NAME_WIDTH = 17;

/** Returns the times that are named on the axis, none too near the one before. */
function ticks(to) {
  const chosen = [0];
  for (const tick of TICKS) {
    if (tick <= to.end && to.at(tick) - to.at(chosen.at(-1)) >= NAME_WIDTH) chosen.push(tick);
  }
  return chosen;
}

/** Draws the lanes of a port; `marks` are the quoted lines of each stage, `show` leads to one, `day` is when it booted. */
function lanes(port, marks, show, day) {
  const stages = port.stages ?? [];
  if (stages.length === 0) return null;
  const seconds = [...stages.map((stage) => stage.seconds), ...marks.flat().map((index) => answer.lines[index].seconds)];
  const known = seconds.filter((each) => each !== undefined);
  const to = known.length > 0 ? scale(Math.max(...known)) : null;
  const uneven = to && !to.isEven ? ` (${word("page-uneven")})` : "";
  const heads = [
    element("th", { scope: "col" }, word("page-stage")),
    element("th", { scope: "col", class: "lane" }, word("page-lane") + uneven, to ? axis(to) : ""),
    element("th", { scope: "col" }, word("page-what")),
  ];
  let before = 0;
  const rows = stages.map((stage, at) => {
    const isReached = stage.state === "reached" && stage.seconds !== undefined;
    const cells = [
      element("th", { scope: "row" }, word(`stage-${STAGES[at]}`), element("small", { class: `is-${stage.state}` }, word(`state-${stage.state}`))),
      element("td", { class: "lane" }, to ? lane(stage, before, marks[at], to, show) : ""),
      element("td", { class: "what" }, when(stage, before, day), stage.means === undefined ? "" : text(stage.means)),
    ];
    if (isReached) before = Math.max(before, stage.seconds);
    return element("tr", {}, ...cells);
  });
  const table = element(
    "table",
    {},
    element("caption", {}, word("stages")),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": word("stages") }, table);
}

/** Says when a stage came to be, without the day if the boot began on it, and how long after the stage before. */
function when(stage, before, day) {
  const took = stage.state === "reached" ? (stage.seconds ?? 0) - before : 0;
  const [date, clock] = (stage.at ?? "").split("T");
  const at = date === day ? clock : `${date} ${clock ?? ""}`.trim();
  return element("small", {}, [at, took > 0 ? `+${span(took)}` : ""].filter(Boolean).join(" · "));
}

function axis(to) {
  const labels = ticks(to).map((tick) => {
    const anchor = tick === 0 ? "start" : to.at(tick) > 90 ? "end" : "middle";
    return drawn("text", { x: `${to.at(tick)}%`, y: 14, "text-anchor": anchor }, tick === 0 ? "0" : span(tick));
  });
  return drawn("svg", { "aria-hidden": "true" }, ...labels);
}

/** Draws one lane: what was waited for it, what became of it, and the lines that tell of it. */
function lane(stage, before, marks, to, show) {
  const drawing = drawn("svg", { "aria-hidden": "true" });
  for (const tick of ticks(to)) {
    drawing.append(drawn("line", { class: "grid", x1: `${to.at(tick)}%`, x2: `${to.at(tick)}%`, y1: 0, y2: "100%" }));
  }
  const isTimed = stage.seconds !== undefined;
  const end = isTimed ? to.at(stage.seconds) : 100;
  const across = (name, from, until) =>
    drawing.append(drawn("line", { class: name, x1: `${from}%`, x2: `${until}%`, y1: "50%", y2: "50%" }));
  if (!isTimed) across("unseen-lane", to.at(before), 100);
  else if (stage.seconds > before) across("wait", to.at(before), end);
  for (const index of marks) {
    const { seconds, means } = answer.lines[index];
    // Where the stage ended, its own mark says so.
    if (seconds === undefined || seconds === stage.seconds) continue;
    const attributes = { class: "line-mark", x: -4, y: -4, width: 8, height: 8, transform: "rotate(45)" };
    const diamond = drawn("rect", attributes, drawn("title", {}, `+${span(seconds)} ${text(means)}`));
    diamond.addEventListener("click", () => show(index));
    drawing.append(placed(to.at(seconds), diamond));
  }
  drawing.append(placed(end, ending(stage.state)));
  return drawing;
}

/** Puts a shape in the middle of a lane, at so many percent of its width. */
const placed = (percent, shape) => drawn("svg", { x: `${percent}%`, y: "50%", overflow: "visible" }, shape);

/** Draws how a stage ended: a disc, a cross, a dash, an empty ring. */
function ending(state) {
  const shapes = {
    reached: ["circle", { r: 5, class: "full" }],
    failed: ["path", { d: "M-5-5 5 5M5-5-5 5" }],
    skipped: ["path", { d: "M-6 0H6" }],
    "not-seen": ["circle", { r: 4 }],
  };
  return drawn("g", { class: `end is-${state}` }, drawn(...shapes[state]));
}
