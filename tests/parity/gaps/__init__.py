"""What each emulator is known to do otherwise than Step Functions."""

from tests.parity.gaps import ministack, moto

GAPS = {"moto": moto.GAPS, "ministack": ministack.GAPS}
