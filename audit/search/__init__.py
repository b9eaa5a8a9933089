"""
Finding entries, however many there are and whatever is asked together.

Entries stand in segments of 8,192. For each segment and each term (a word, an action, a person, …)
the index keeps at which places of the segment the term is found, as a list or a bitmap. To find
entries is to combine bitmaps, the newest segments first, until a page is full: what is common costs
no more than what is rare, and what is nowhere costs a few milliseconds. Entries that are in no
finished segment yet are looked through one by one.

Roaring bitmaps (Lemire et al., 2016) are where the two forms of a list come from.
"""
