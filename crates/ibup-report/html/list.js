// The list of nodes. Only the rows in sight are in the document, so that ten thousand cost what twenty do.

/** Rows above and below what is in sight, so that scrolling finds them there. */
const SPARE = 6;

/** Makes a list of an empty listbox. The focus stays on the box, which names the active row: rows come and go. */
function nodeList(box, { choose, open }) {
  const tape = element("div", { role: "presentation" });
  box.append(tape);
  let shown = [];
  let active = -1;
  let rowHeight = 52;

  function draw() {
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - SPARE);
    const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / rowHeight) + SPARE);
    const rows = [];
    for (let at = first; at < last; at++) rows.push(row(at));
    tape.replaceChildren(...rows);
    if (active >= first && active < last) box.setAttribute("aria-activedescendant", `row-${active}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function row(at) {
    const node = shown[at];
    const attributes = {
      class: "row",
      role: "option",
      id: `row-${at}`,
      "aria-selected": String(at === active),
      "aria-setsize": shown.length,
      "aria-posinset": at + 1,
    };
    const made = element(
      "div",
      attributes,
      mark(node.outcome),
      element("span", { class: "host", translate: "no" }, nodeName(node)),
      element("span", { class: `ended is-${node.outcome}` }, word(`outcome-${node.outcome}`)),
      element("span", { class: "why" }, summary(node)),
    );
    made.style.top = `${at * rowHeight}px`;
    made.addEventListener("click", () => move(at));
    return made;
  }

  /** Makes a row the active one and brings it into sight. */
  function move(at) {
    if (shown.length === 0) return;
    active = Math.max(0, Math.min(shown.length - 1, at));
    reveal();
    choose(shown[active]);
  }

  function reveal() {
    const top = active * rowHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight - box.clientHeight;
    draw();
  }

  box.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(box.clientHeight / rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -shown.length, End: shown.length };
    if (event.key in steps) {
      event.preventDefault();
      move(active + steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      open();
    }
  });
  let isDue = false;
  box.addEventListener("scroll", () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  });
  new ResizeObserver(draw).observe(box);

  return {
    /** Shows these nodes. */
    show(some) {
      shown = some;
      rowHeight = 3.25 * parseFloat(getComputedStyle(document.documentElement).fontSize);
      tape.style.height = `${shown.length * rowHeight}px`;
    },
    /** Makes a node the active one, without telling anybody. */
    choose(node) {
      active = shown.indexOf(node);
      if (active >= 0) reveal();
      else draw();
    },
  };
}

const nodeName = (node) => node.boot.host ?? word("no-host");

/** Says in a line what is the matter with a node: which interfaces, and why. */
function summary(node) {
  const troubled = (node.boot.ports ?? []).filter((port) => port.outcome !== "up");
  const interfaces = troubled.map((port) => port.interface ?? word("no-interface"));
  const why = node.causes.map(causeTitle);
  const said = [interfaces.slice(0, 3).join(", ") + (interfaces.length > 3 ? " …" : ""), ...why];
  return said.filter(Boolean).join(" · ") || (node.boot.first ?? "").replace("T", " ");
}
