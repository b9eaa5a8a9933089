"""All rules, in the order in which flaws are shown. Names are for good: policies keep them."""

from approvals.flaws import choices, cues, numbers, reading_level, stems

RULES = {
    rule.name: rule
    for rule in (
        stems.negative_stem,
        stems.unfocused_stem,
        stems.blank_inside,
        choices.all_of_the_above,
        choices.none_of_the_above,
        choices.combined_options,
        choices.same_meaning,
        numbers.overlapping_options,
        cues.longest_is_key,
        cues.article_cue,
        cues.number_cue,
        cues.word_repeated_in_key,
        choices.absolute_words,
        choices.vague_frequency,
        numbers.odd_one_out,
        numbers.unsorted_numbers,
        choices.repeated_opening,
        reading_level.reading_level,
    )
}
