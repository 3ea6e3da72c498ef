// Asks before an identity number is sent.

import { holdsIdentityNumber, withoutIdentityNumbers } from "./identity_number.js";

// The question to send: as it is, without the numbers in it, or null when the person would rather change it.
export async function warned(question, word) {
  const plain = question.normalize("NFC").replace(/\p{Cf}/gu, "");
  if (!holdsIdentityNumber(plain)) return question;
  const dialog = document.getElementById("identity");
  dialog.returnValue = "edit";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  return dialog.returnValue === "send" ? withoutIdentityNumbers(plain, word) : null;
}
