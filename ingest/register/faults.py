"""What is wrong in a register, told so that whoever wrote it can mend it."""

from dataclasses import dataclass

from vectorstore.errors import UtblickError

SHOWN = 5
LONGEST_VALUE = 80


class RegisterError(UtblickError):
    """The register cannot be used; the message names the first faults and how to see all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is, the value, and what to do about it."""

    file: str
    entry: str
    field: str
    value: object
    message: str

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.file, self.entry, self.field) if part)
        value = f" = {repr(self.value)[:LONGEST_VALUE]}" if self.value not in ("", None) else ""
        return f"{place}{value}: {self.message}"


def refuse(faults: list[Fault]) -> None:
    """Raise RegisterError if there are any faults."""
    if faults:
        first = "; ".join(str(one) for one in faults[:SHOWN])
        more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise RegisterError(f"the register has faults: {first}{more}. See all with 'utblick register check'.")
