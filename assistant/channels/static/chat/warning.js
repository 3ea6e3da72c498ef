// Asks before an identity number is sent.

import { holdsIdentityNumber, withoutIdentityNumbers } from "./identity_number.js";

let newest = 0;

// The question to send: as it is, without the numbers in it, or null when the person would rather change it.
// `dialog` asks; closing it with "send" sends, with `word` where the numbers stood.
export async function warned(question, dialog, word) {
  const plain = question.normalize("NFC").replace(/\p{Cf}/gu, "");
  if (!holdsIdentityNumber(plain)) return question;
  const own = ++newest;
  dialog.returnValue = "edit";
  dialog.showModal();
  await closed(dialog, () => own === newest);
  return own === newest && dialog.returnValue === "send" ? withoutIdentityNumbers(plain, word) : null;
}

// The event comes some time after the dialog has gone, when it may have been opened anew.
function closed(dialog, current) {
  return new Promise((done) => {
    dialog.addEventListener("close", function ended() {
      if (dialog.open && current()) return;
      dialog.removeEventListener("close", ended);
      done();
    });
  });
}
