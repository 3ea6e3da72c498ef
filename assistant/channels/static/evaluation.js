// Shows how far a run has come. Without this script the page loads itself anew.

const bar = document.getElementById("progress");
const line = document.getElementById("line");
const PAUSE = 1000;

async function look() {
  const response = await fetch(bar.dataset.address).catch(() => null);
  if (!response?.ok) return;
  const progress = await response.json();
  if (!progress.running) {
    location.reload();
    return true;
  }
  bar.max = progress.total;
  bar.value = progress.done;
  // Said only when it has changed, so that screen readers are not kept busy.
  if (line.textContent !== progress.line) line.textContent = progress.line;
}

while (!(await look())) await new Promise((resolve) => setTimeout(resolve, PAUSE));
