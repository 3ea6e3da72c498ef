// Writes words as they come in the shape that the whole answer will have: paragraphs, lines and lists, text only.

export function liveText(place) {
  let block = null;
  let begun = "";

  function open() {
    const listed = /^[-*] /.test(begun);
    if (listed) {
      const last = place.lastElementChild;
      const list = last?.localName === "ul" ? last : place.appendChild(document.createElement("ul"));
      block = list.appendChild(document.createElement("li"));
    } else {
      block = place.appendChild(document.createElement("p"));
    }
    block.append(listed ? begun.slice(2) : begun);
  }

  function write(part) {
    if (block) return block.append(part);
    begun += part;
    // A lone "-" may yet become a list's.
    if (begun.length > 1 || /^[^-*]/.test(begun)) open();
  }

  function endLine() {
    if (!block && begun) open();
    block = null;
    begun = "";
  }

  return (piece) => {
    const [first, ...others] = piece.split("\n");
    if (first) write(first);
    for (const line of others) {
      endLine();
      if (line) write(line);
    }
  };
}
