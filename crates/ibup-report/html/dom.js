// How anything gets into the document: elements, marks, commands. Text becomes text nodes and nothing else.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element of attributes and children; a child that is a string becomes text. */
function element(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Makes an element of a drawing. */
function drawn(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Each outcome has a shape of its own, so that nobody needs to see its color. */
const SHAPES = {
  up: "M3 8.5 6.5 12 13 4.5",
  "raised-late": "M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3.5l2.5 1.5",
  unusable: "M8 2.5v7M8 12.7v.01",
  down: "M8 2v11M3.5 8.5 8 13l4.5-4.5",
  missing: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  unknown: "M5.5 5.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M8 12.7v.01",
};

/** Draws the mark of an outcome, for eyes only: the word stands beside it. */
function mark(outcome) {
  const attributes = { class: `mark is-${outcome}`, viewBox: "0 0 16 16", "aria-hidden": "true" };
  return drawn("svg", attributes, drawn("path", { d: SHAPES[outcome] }));
}

/** Lists commands, each with a button that copies it. */
function commandList(commands) {
  const rows = commands.map((index) => {
    const command = text(index);
    const button = element("button", { type: "button", "aria-label": `${word("page-copy")}: ${command}` }, word("page-copy"));
    const code = element("code", { translate: "no" }, command);
    button.addEventListener("click", () => copy(command, code));
    return element("li", {}, code, button);
  });
  return element("ul", { class: "commands" }, ...rows);
}

/** Copies a text, or selects it where the browser keeps the clipboard from pages. */
async function copy(what, place) {
  const said = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(what);
    said.textContent = word("page-copied");
  } catch {
    getSelection().selectAllChildren(place);
    said.textContent = word("page-selected");
  }
}
