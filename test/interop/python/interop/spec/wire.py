"""Protobuf in its one encoding."""

MAX_NUMBER = 2**53 - 1


class Refused(Exception):
    """Why bytes are refused; a code of the specification where it has one."""


def uvarint(number: int) -> bytes:
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def number_field(tag: int, number: int) -> bytes:
    return bytes([tag]) + uvarint(number)


def bytes_field(tag: int, content: bytes) -> bytes:
    return number_field(tag, len(content)) + content


class StrictReader:
    """Takes fields where they must be, with numbers up to 2^53 - 1 that are as short as they can be."""

    def __init__(self, encoded: bytes) -> None:
        self._encoded = encoded
        self.at = 0

    def next_is(self, tag: int) -> bool:
        return self._encoded[self.at : self.at + 1] == bytes([tag])

    def number(self, tag: int) -> int:
        if not self.next_is(tag):
            raise Refused(f"there is no field {tag:#04x} at byte {self.at}")
        number = 0
        for taken, byte in enumerate(self._encoded[self.at + 1 : self.at + 9]):
            number |= (byte & 0x7F) << 7 * taken
            if byte < 0x80:
                if number > MAX_NUMBER or (byte == 0 and taken > 0):
                    break
                self.at += taken + 2
                return number
        raise Refused(f"the number at byte {self.at} is cut off, too large or longer than it need be")

    def bytes(self, tag: int, length: int | None = None) -> bytes:
        found = self.number(tag)
        content = self._encoded[self.at : self.at + found]
        if len(content) != found or (length is not None and found != length):
            raise Refused(f"the field before byte {self.at} is cut off, or not of {length} bytes")
        self.at += found
        return content

    def filled(self, tag: int) -> bytes:
        """A field that is left out when it is empty, and never written so."""
        if not self.next_is(tag):
            return b""
        content = self.bytes(tag)
        if not content:
            raise Refused(f"the field before byte {self.at} is written although it is empty")
        return content

    def end(self) -> None:
        if self.at != len(self._encoded):
            raise Refused(f"there is more behind byte {self.at}")
