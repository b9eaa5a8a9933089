"""RFC 9162, section 2.1, written down word for word: slow, and what everything is held to."""

from hashlib import sha256


def head(leaves):
    """MTH(D[n]) of section 2.1.1, from the leaves' hashes."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return sha256(b"\x01" + head(leaves[:k]) + head(leaves[k:])).digest()


def path(index, leaves):
    """PATH(m, D[n]) of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), head(leaves[k:])]
    return [*path(index - k, leaves[k:]), head(leaves[:k])]


def proof(first, leaves):
    """PROOF(m, D[n]) of section 2.1.4.1."""
    return _subproof(first, leaves, True)


def _subproof(first, leaves, whole):
    if first == len(leaves):
        return [] if whole else [head(leaves)]
    k = _split(len(leaves))
    if first <= k:
        return [*_subproof(first, leaves[:k], whole), head(leaves[k:])]
    return [*_subproof(first - k, leaves[k:], False), head(leaves[:k])]


def _split(count):
    """The largest power of two smaller than the count."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k
