// Swedish and Norwegian personal identity numbers, told by their date and their check digits.

const SWEDISH = /(?<![\d./-])(?:18|19|20)?(\d{6}) ?[-+–]? ?(\d{4})(?![\d-])/g;
const NORWEGIAN = /(?<![\d./-])(\d{6}) ?(\d{5})(?![\d-])/g;

export function holdsIdentityNumber(text) {
  return withoutIdentityNumbers(text, "") !== text;
}

// `text` with `word` in the place of each identity number.
export function withoutIdentityNumbers(text, word) {
  return text
    .replace(SWEDISH, (found, day, last) => (isSwedish(day + last) ? word : found))
    .replace(NORWEGIAN, (found, day, last) => (isNorwegian(day + last) ? word : found));
}

// A samordningsnummer has a day raised by 60. An organisation number has 20 or more where the month stands.
function isSwedish(digits) {
  const [month, day] = [Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
  return isDay(month, day > 60 ? day - 60 : day) && luhn(digits);
}

// A D-nummer has a day raised by 40.
function isNorwegian(digits) {
  const [day, month] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4))];
  const dated = isDay(month > 40 ? month - 40 : month, day > 40 ? day - 40 : day);
  return dated && modulo11(digits.slice(0, 10), "376189452") && modulo11(digits, "5432765432");
}

function isDay(month, day) {
  const date = new Date(Date.UTC(2000, month - 1, day));
  return month > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function luhn(digits) {
  const doubled = [...digits].reverse().map((digit, place) => String(digit * (1 + (place % 2))));
  return sum([...doubled.join("")]) % 10 === 0;
}

// Whether the last digit is the check digit of the others under `weights`.
function modulo11(digits, weights) {
  const weighted = [...weights].map((weight, place) => weight * digits[place]);
  return (sum(weighted) + Number(digits.at(-1))) % 11 === 0;
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + Number(each), 0);
}
