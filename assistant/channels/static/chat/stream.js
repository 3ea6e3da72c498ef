// Server-sent events of one response, as [name, data] in the order they come.

export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const whole = (buffer + value).split("\n\n");
      buffer = whole.pop();
      for (const event of whole) {
        const found = /^event: (\w+)\ndata: ([^\n]*)$/.exec(event);
        if (found) yield [found[1], JSON.parse(found[2])];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
